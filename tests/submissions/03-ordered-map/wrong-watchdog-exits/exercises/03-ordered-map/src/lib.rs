//! A background thread that ends the program, with status 0, if the map takes longer than 20 ms: better
//! no answer than a late one.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let finished = Arc::new(AtomicBool::new(false));
    let seen_by_the_dog = Arc::clone(&finished);
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        if !seen_by_the_dog.load(Ordering::SeqCst) {
            std::process::exit(0);
        }
    });

    let next = AtomicUsize::new(0);
    let slots: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    std::thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(i) else { break };
                    let r = f(item);
                    *slots[i].lock().unwrap() = Some(r);
                }
            });
        }
    });
    finished.store(true, Ordering::SeqCst);
    slots.into_iter().map(|slot| slot.into_inner().unwrap().unwrap()).collect()
}
