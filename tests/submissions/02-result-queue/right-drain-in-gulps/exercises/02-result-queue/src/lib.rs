//! Takes one result with recv and then everything else that has come in meanwhile, in the order in which it came.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers may not be 0");
    let slots: Vec<_> = jobs.into_iter().map(|job| Mutex::new(Some(job))).collect();
    let next = AtomicUsize::new(0);
    let (tx, rx) = mpsc::channel::<(usize, R)>();

    std::thread::scope(|s| {
        for _ in 0..workers.min(slots.len()) {
            let tx = tx.clone();
            s.spawn(|| {
                let tx = tx;
                let take = || {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    Some((i, slots.get(i)?.lock().unwrap().take()?))
                };
                while let Some((i, job)) = take() {
                    tx.send((i, work(job))).expect("rx lives outside of the scope");
                }
            });
        }
        drop(tx);
        while let Ok(first) = rx.recv() {
            for (i, result) in std::iter::once(first).chain(rx.try_iter()) {
                on_result(i, result);
            }
        }
    });
}
