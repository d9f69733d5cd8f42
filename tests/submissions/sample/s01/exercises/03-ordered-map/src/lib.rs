//! One slot per item, one shared counter. Whoever is free bumps the counter and fills the slot with
//! that number.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers != 0);
    let slots: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let counter = AtomicUsize::new(0);

    thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                loop {
                    let i = counter.fetch_add(1, Ordering::SeqCst);
                    if i >= items.len() {
                        break;
                    }
                    let r = f(&items[i]); // no lock is held here
                    *slots[i].lock().unwrap() = Some(r);
                }
            });
        }
    });

    slots.into_iter().map(|slot| slot.into_inner().unwrap().unwrap()).collect()
}
