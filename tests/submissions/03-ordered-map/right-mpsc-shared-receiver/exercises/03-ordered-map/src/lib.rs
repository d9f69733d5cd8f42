//! std channels only. The job receiver is shared behind a mutex; the guard is gone before the work
//! begins because the `let` ends there. A BTreeMap puts the results in order.

use std::collections::BTreeMap;
use std::sync::{Mutex, mpsc};
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "zero workers cannot do anything");

    let (jobs, job_queue) = mpsc::channel();
    items.iter().enumerate().for_each(|job| jobs.send(job).unwrap());
    drop(jobs);
    let job_queue = Mutex::new(job_queue);

    let mut results = BTreeMap::new();
    thread::scope(|s| {
        let (done, result_queue) = mpsc::channel();
        for n in 0..workers.min(items.len()) {
            let done = done.clone();
            let job_queue = &job_queue;
            let f = &f;
            thread::Builder::new()
                .name(format!("worker {n}"))
                .spawn_scoped(s, move || {
                    loop {
                        let job = job_queue.lock().unwrap().recv();
                        match job {
                            Ok((i, item)) => done.send((i, f(item))).unwrap(),
                            Err(mpsc::RecvError) => break,
                        }
                    }
                })
                .unwrap();
        }
        drop(done);
        results.extend(result_queue);
    });
    results.into_values().collect()
}
