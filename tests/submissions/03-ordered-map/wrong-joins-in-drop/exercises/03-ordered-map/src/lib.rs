//! Whoever holds the handles joins them when it goes: so nothing is left running, whatever happens.

use std::sync::Mutex;
use std::thread::{self, ScopedJoinHandle};

struct Workers<'scope, R>(Vec<ScopedJoinHandle<'scope, Vec<(usize, R)>>>);

impl<R> Workers<'_, R> {
    fn join_last(&mut self) -> Option<Vec<(usize, R)>> {
        Some(self.0.pop()?.join().unwrap())
    }
}

impl<R> Drop for Workers<'_, R> {
    fn drop(&mut self) {
        for handle in self.0.drain(..) {
            handle.join().unwrap(); // the second panic, while the first one is under way
        }
    }
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let waiting = Mutex::new(items.iter().enumerate());
    thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            loop {
                let next = waiting.lock().unwrap().next();
                let Some((index, item)) = next else { return done };
                done.push((index, f(item)));
            }
        };
        let mut team = Workers((0..workers).map(|_| scope.spawn(work)).collect());
        let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
        while let Some(done) = team.join_last() {
            for (index, result) in done {
                results[index] = Some(result);
            }
        }
        results.into_iter().map(|result| result.expect("each index was taken")).collect()
    })
}
