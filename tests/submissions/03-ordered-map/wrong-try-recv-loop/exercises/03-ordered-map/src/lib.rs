//! `try_recv` in a loop: asks the channel millions of times a second whether there is something.

use crossbeam::channel::{TryRecvError, unbounded};
use std::sync::Mutex;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let queue = Mutex::new(items.iter().enumerate());
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    std::thread::scope(|s| {
        let (tx, rx) = unbounded();
        for _ in 0..workers {
            let (tx, queue, f) = (tx.clone(), &queue, &f);
            s.spawn(move || {
                loop {
                    let job = queue.lock().unwrap().next();
                    let Some((i, item)) = job else { break };
                    tx.send((i, f(item))).unwrap();
                }
            });
        }
        drop(tx);
        loop {
            match rx.try_recv() {
                Ok((i, r)) => results[i] = Some(r),
                Err(TryRecvError::Empty) => continue,
                Err(TryRecvError::Disconnected) => break,
            }
        }
    });
    results.into_iter().flatten().collect()
}
