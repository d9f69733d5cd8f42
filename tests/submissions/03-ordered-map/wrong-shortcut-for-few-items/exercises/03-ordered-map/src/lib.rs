//! With a worker for every item it can be done more simply, thought the author, and collected those as
//! they finish. Wrong only when there are at least as many workers as items.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    if workers >= items.len() {
        return one_thread_each(items, &f);
    }
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut mine = Vec::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(i) else { return mine };
            mine.push((i, f(item)));
        }
    };
    let mut all: Vec<(usize, R)> = thread::scope(|s| {
        let handles: Vec<_> = (0..workers).map(|_| s.spawn(worker)).collect();
        handles.into_iter().flat_map(|h| h.join().unwrap()).collect()
    });
    all.sort_by_key(|(i, _)| *i);
    all.into_iter().map(|(_, r)| r).collect()
}

fn one_thread_each<T: Sync, R: Send>(items: &[T], f: &(impl Fn(&T) -> R + Sync)) -> Vec<R> {
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for item in items {
            let tx = tx.clone();
            s.spawn(move || tx.send(f(item)).unwrap());
        }
        drop(tx);
        rx.into_iter().collect()
    })
}
