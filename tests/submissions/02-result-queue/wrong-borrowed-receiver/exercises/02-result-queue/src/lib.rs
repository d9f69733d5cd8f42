//! A queue without room. The receiver is made outside of the scope.
//! (If on_result panics the receiver still lives, the workers stay in send, and the scope waits for them forever.)

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
    let threads = workers.min(jobs.len());
    let list = Mutex::new(jobs.into_iter().enumerate());
    let (tx, rx) = sync_channel(0);
    let senders: Vec<_> = (0..threads).map(|_| tx.clone()).collect();
    drop(tx);
    thread::scope(|s| {
        for tx in senders {
            let (list, work) = (&list, &work);
            s.spawn(move || {
                loop {
                    let next = list.lock().unwrap().next();
                    let Some((i, job)) = next else { break };
                    if tx.send((i, work(job))).is_err() {
                        break;
                    }
                }
            });
        }
        for (i, result) in rx.iter() {
            on_result(i, result);
        }
    });
}
