//! Two crossbeam channels: jobs go out, (index, result) pairs come back. Both end because their senders
//! are dropped.

use crossbeam::channel::unbounded;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be positive");

    let (job_tx, job_rx) = unbounded();
    for job in items.iter().enumerate() {
        job_tx.send(job).unwrap();
    }
    drop(job_tx);

    let mut out: Vec<Option<R>> = items.iter().map(|_| None).collect();
    crossbeam::scope(|s| {
        let (done_tx, done_rx) = unbounded();
        for _ in 0..workers.min(items.len()) {
            let job_rx = job_rx.clone();
            let done_tx = done_tx.clone();
            let f = &f;
            s.spawn(move |_| {
                for (i, item) in job_rx {
                    done_tx.send((i, f(item))).unwrap();
                }
            });
        }
        drop(done_tx); // otherwise the loop below never ends
        for (i, r) in done_rx {
            out[i] = Some(r);
        }
    })
    .expect("a worker panicked");
    out.into_iter().map(Option::unwrap).collect()
}
