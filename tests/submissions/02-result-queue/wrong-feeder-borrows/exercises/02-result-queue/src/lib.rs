//! A feeder thread hands the jobs over one by one; all workers borrow the receiver of the job channel.
//! (When every worker has panicked the receiver still lives, and the feeder waits in send forever.)

use std::sync::Mutex;
use std::sync::mpsc;
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let (job_tx, job_rx) = mpsc::sync_channel(0);
    let job_rx = Mutex::new(job_rx);
    thread::scope(|s| {
        s.spawn(move || {
            for job in jobs.into_iter().enumerate() {
                if job_tx.send(job).is_err() {
                    break;
                }
            }
        });
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let tx = tx.clone();
            let (job_rx, work) = (&job_rx, &work);
            s.spawn(move || {
                loop {
                    let message = job_rx.lock().unwrap().recv();
                    let Ok((i, job)) = message else { return };
                    let _ = tx.send((i, work(job)));
                }
            });
        }
        drop(tx);
        for (i, result) in rx {
            on_result(i, result);
        }
    });
}
