//! Closes the queue when the last result is in, and wakes one of the workers that sleep on it. The
//! others sleep on.

use std::collections::VecDeque;
use std::sync::mpsc;
use std::sync::{Condvar, Mutex};
use std::thread;

struct Queue<'a, T> {
    waiting: VecDeque<(usize, &'a T)>,
    closed: bool,
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let queue = Mutex::new(Queue { waiting: items.iter().enumerate().collect(), closed: false });
    let changed = Condvar::new();
    let take = || {
        let idle = |q: &mut Queue<'_, T>| q.waiting.is_empty() && !q.closed;
        changed.wait_while(queue.lock().unwrap(), idle).unwrap().waiting.pop_front()
    };

    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let (tx, take, f) = (tx.clone(), &take, &f);
            s.spawn(move || {
                while let Some((i, item)) = take() {
                    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| f(item)));
                    tx.send((i, outcome)).unwrap();
                }
            });
        }
        let mut panicked = None;
        for (i, outcome) in rx.iter().take(items.len()) {
            match outcome {
                Ok(r) => results[i] = Some(r),
                Err(payload) => panicked = Some(payload),
            }
        }
        queue.lock().unwrap().closed = true;
        changed.notify_one();
        if let Some(payload) = panicked {
            std::panic::resume_unwind(payload);
        }
    });
    results.into_iter().map(Option::unwrap).collect()
}
