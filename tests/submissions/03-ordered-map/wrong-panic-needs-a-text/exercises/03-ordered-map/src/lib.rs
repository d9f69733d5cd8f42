//! Believes that every panic has a message: one without leaves the item out.
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must not be 0");
    let next = AtomicUsize::new(0);
    let done = Mutex::new(items.iter().map(|_| None).collect::<Vec<_>>());
    let problem = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((i, item)) = {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    items.get(i).map(|item| (i, item))
                } {
                    match catch_unwind(AssertUnwindSafe(|| f(item))) {
                        Ok(result) => done.lock().unwrap()[i] = Some(result),
                        Err(payload) => {
                            let text = payload
                                .downcast_ref::<&str>()
                                .map(|text| (*text).to_string())
                                .or_else(|| payload.downcast_ref::<String>().cloned());
                            if let Some(text) = text {
                                *problem.lock().unwrap() = Some(text);
                            }
                        }
                    }
                }
            });
        }
    });
    if let Some(text) = problem.into_inner().unwrap() {
        panic!("{text}");
    }
    done.into_inner().unwrap().into_iter().flatten().collect()
}
