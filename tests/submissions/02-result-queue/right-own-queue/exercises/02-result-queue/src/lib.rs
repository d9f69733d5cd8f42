//! A queue of my own: a VecDeque, a Mutex and a Condvar. It also knows how many producers are left, so that it can end.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    items: VecDeque<T>,
    producers: usize,
}

impl<T> Queue<T> {
    fn new(producers: usize) -> Self {
        let state = State { items: VecDeque::new(), producers };
        Queue { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn put(&self, item: T) {
        self.state.lock().unwrap().items.push_back(item);
        self.changed.notify_one();
    }

    /// The oldest item; None when the queue is empty and no producer is left.
    fn get(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        while state.items.is_empty() && state.producers > 0 {
            state = self.changed.wait(state).unwrap();
        }
        state.items.pop_front()
    }
}

/// Signs a producer off when it ends, also when it ends by a panic.
struct Producer<'a, T>(&'a Queue<T>);

impl<T> Drop for Producer<'_, T> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap().producers -= 1;
        self.0.changed.notify_one();
    }
}

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers = 0");
    let jobs = Mutex::new(jobs.into_iter().enumerate());
    let results = Queue::new(workers);
    thread::scope(|scope| {
        // As many threads as asked for; those without a job just end.
        for _ in 0..workers {
            scope.spawn(|| {
                let producer = Producer(&results);
                loop {
                    let job = jobs.lock().unwrap().next();
                    match job {
                        Some((index, job)) => producer.0.put((index, work(job))),
                        None => break,
                    }
                }
            });
        }
        while let Some((index, result)) = results.get() {
            on_result(index, result);
        }
    });
}
