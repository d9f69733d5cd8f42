//! Start small: a helper adds a worker every 20 ms for as long as there are jobs, so that a short list never pays for threads it
//! does not need.

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
    assert!(workers > 0, "workers must not be 0");
    let queue = Mutex::new(jobs.into_iter().enumerate());
    let (queue, work) = (&queue, &work);
    thread::scope(|scope| {
        let (sender, results) = mpsc::channel();
        scope.spawn(move || {
            for number in 0..workers {
                if number > 0 {
                    thread::sleep(Duration::from_millis(20));
                }
                if queue.lock().unwrap().len() == 0 {
                    break;
                }
                let sender = sender.clone();
                scope.spawn(move || {
                    loop {
                        let next = queue.lock().unwrap().next();
                        let Some((index, job)) = next else { break };
                        if sender.send((index, work(job))).is_err() {
                            break;
                        }
                    }
                });
            }
        });
        for (index, result) in results {
            on_result(index, result);
        }
    });
}
