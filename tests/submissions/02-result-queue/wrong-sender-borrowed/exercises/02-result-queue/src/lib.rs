//! A Sender can be shared, so all workers borrow the same one; no clones needed. (It lives longer than the loop.)

use std::sync::Mutex;
use std::sync::mpsc::channel;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let n = jobs.len();
    let list = Mutex::new(jobs.into_iter().enumerate());
    let (tx, rx) = channel();
    std::thread::scope(|s| {
        for _ in 0..workers.min(n) {
            let tx = &tx;
            let (list, work) = (&list, &work);
            s.spawn(move || {
                loop {
                    let job = list.lock().unwrap().next();
                    match job {
                        Some((i, job)) => tx.send((i, work(job))).unwrap(),
                        None => break,
                    }
                }
            });
        }
        while let Ok((i, result)) = rx.recv() {
            on_result(i, result);
        }
    });
}
