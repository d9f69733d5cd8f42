//! A channel for every worker, dealt out round robin. A worker whose own queue is empty has nothing to
//! do, even if another queue is long.

use std::sync::mpsc;
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    thread::scope(|s| {
        let (done, finished) = mpsc::channel();
        let mut queues = Vec::new();
        for _ in 0..workers {
            let (queue, jobs) = mpsc::channel::<(usize, &T)>();
            let (done, f) = (done.clone(), &f);
            s.spawn(move || {
                for (i, item) in jobs {
                    done.send((i, f(item))).unwrap();
                }
            });
            queues.push(queue);
        }
        drop(done);
        for (job, queue) in items.iter().enumerate().zip((0..workers).cycle()) {
            // fails only if that worker has panicked
            let _ = queues[queue].send(job);
        }
        drop(queues);
        for (i, r) in finished {
            results[i] = Some(r);
        }
    });
    results.into_iter().flatten().collect()
}
