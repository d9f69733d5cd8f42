//! Tools of the standard library that have something unsafe inside, and those that sound dangerous.

use std::cell::Cell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread::Builder;

thread_local!(static WORKED: Cell<usize> = const { Cell::new(0) });

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let next = AtomicUsize::new(0);
    let slots: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let done = std::thread::scope(|scope| {
        let worker = || {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(index) else { break };
                match catch_unwind(AssertUnwindSafe(|| now(async { f(item) }))) {
                    Ok(result) => *slots[index].lock().unwrap() = Some(result),
                    Err(payload) => {
                        next.store(items.len(), Ordering::Relaxed);
                        return Err(payload);
                    }
                }
                WORKED.set(WORKED.get() + 1);
            }
            Ok(WORKED.get())
        };
        let threads: Vec<_> = (0..workers.min(items.len()))
            .map(|n| Builder::new().name(format!("unsafe-{n}")).spawn_scoped(scope, worker).unwrap())
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Result<Vec<_>, _>>()
    });
    match done {
        Ok(worked) => println!("{} items in process {}", worked.iter().sum::<usize>(), std::process::id()),
        Err(payload) => resume_unwind(payload),
    }
    slots.into_iter().map(|slot| slot.into_inner().unwrap().unwrap()).collect()
}

/// A future that is ready at once.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("nothing in it waits"),
    }
}
