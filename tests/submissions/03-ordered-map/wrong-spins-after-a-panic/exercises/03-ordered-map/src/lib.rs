//! After a panic the caller waits until the other workers have finished what they are at.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let pairs = Mutex::new(items.iter().enumerate());
    let stop = AtomicBool::new(false);
    let at_work = AtomicUsize::new(0);
    let mut results: Vec<Option<R>> = std::iter::repeat_with(|| None).take(items.len()).collect();
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..workers {
            let (sender, pairs, stop, at_work, f) = (sender.clone(), &pairs, &stop, &at_work, &f);
            scope.spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    let Some((index, item)) = pairs.lock().unwrap().next() else { break };
                    at_work.fetch_add(1, Ordering::SeqCst);
                    let result = catch_unwind(AssertUnwindSafe(|| f(item)));
                    at_work.fetch_sub(1, Ordering::SeqCst);
                    if sender.send((index, result)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        for (index, result) in receiver {
            match result {
                Ok(result) => results[index] = Some(result),
                Err(panic) => {
                    stop.store(true, Ordering::SeqCst);
                    while at_work.load(Ordering::SeqCst) > 0 {
                        thread::yield_now();
                    }
                    resume_unwind(panic);
                }
            }
        }
    });
    results.into_iter().map(|result| result.expect("every item has been worked")).collect()
}
