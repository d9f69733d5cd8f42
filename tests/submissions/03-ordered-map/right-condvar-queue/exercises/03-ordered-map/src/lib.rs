//! A small blocking queue made by hand (mutex + condvar + "closed" flag), filled while the workers
//! already run.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};

struct Queue<J> {
    state: Mutex<State<J>>,
    changed: Condvar,
}

struct State<J> {
    waiting: VecDeque<J>,
    closed: bool,
}

impl<J> Queue<J> {
    fn new() -> Self {
        let state = State { waiting: VecDeque::new(), closed: false };
        Queue { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn put(&self, job: J) {
        self.state.lock().unwrap().waiting.push_back(job);
        self.changed.notify_one();
    }

    fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.changed.notify_all();
    }

    /// Sleeps until there is a job; `None` once the queue is closed and empty.
    fn get(&self) -> Option<J> {
        let mut state = self.state.lock().unwrap();
        loop {
            if let Some(job) = state.waiting.pop_front() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state = self.changed.wait(state).unwrap();
        }
    }
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "the number of workers is zero");
    let queue = Queue::new();
    let results: Mutex<Vec<Option<R>>> = Mutex::new(items.iter().map(|_| None).collect());

    std::thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                while let Some((i, item)) = queue.get() {
                    let result = f(item);
                    results.lock().unwrap()[i] = Some(result);
                }
            });
        }
        for job in items.iter().enumerate() {
            queue.put(job);
        }
        queue.close();
    });

    results.into_inner().unwrap().into_iter().map(|r| r.unwrap()).collect()
}
