//! A worker that finds no item does not go home: it keeps asking until the last result is in. The
//! caller sleeps as it should; the workers do not.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

struct TellOnPanic<'a>(&'a AtomicBool);

impl Drop for TellOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Ordering::SeqCst);
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
    let queue = Mutex::new(items.iter().enumerate());
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::new());
    let finished = AtomicUsize::new(0);
    let panicked = AtomicBool::new(false);
    thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                let _tell = TellOnPanic(&panicked);
                while finished.load(Ordering::SeqCst) < items.len() && !panicked.load(Ordering::SeqCst) {
                    let job = queue.lock().unwrap().next();
                    let Some((i, item)) = job else {
                        thread::yield_now();
                        continue;
                    };
                    let r = f(item);
                    done.lock().unwrap().push((i, r));
                    finished.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, r)| r).collect()
}
