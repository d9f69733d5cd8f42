//! Looks into a shared VecDeque every 3 ms and delivers what is there, oldest first.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "there are no workers");
    let todo: Mutex<VecDeque<(usize, J)>> = Mutex::new(jobs.into_iter().enumerate().collect());
    let done: Mutex<VecDeque<(usize, R)>> = Mutex::new(VecDeque::new());
    let count = todo.lock().unwrap().len();

    thread::scope(|s| {
        let threads: Vec<_> = (0..workers.min(count))
            .map(|_| {
                s.spawn(|| {
                    loop {
                        let Some((i, job)) = todo.lock().unwrap().pop_front() else {
                            return;
                        };
                        let result = work(job);
                        done.lock().unwrap().push_back((i, result));
                    }
                })
            })
            .collect();

        loop {
            // first look whether all have ended, then into the queue: in this order nothing is overlooked
            let all_ended = threads.iter().all(|t| t.is_finished());
            loop {
                let item = done.lock().unwrap().pop_front();
                let Some((i, result)) = item else { break };
                on_result(i, result);
            }
            if all_ended {
                break;
            }
            thread::sleep(Duration::from_millis(3));
        }
    });
}
