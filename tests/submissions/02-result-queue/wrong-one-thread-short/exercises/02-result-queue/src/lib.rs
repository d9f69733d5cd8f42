//! More threads than jobs would be a waste, so there are never more than jobs. (The last index is counted, not the length.)

use std::sync::mpsc;
use std::thread;

use crossbeam::queue::ArrayQueue;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    if workers == 0 {
        panic!("workers is 0");
    }
    let Some(last) = jobs.len().checked_sub(1) else { return };
    let threads = workers.min(last).max(1);
    let waiting = ArrayQueue::new(jobs.len());
    for pair in jobs.into_iter().enumerate() {
        let _ = waiting.push(pair);
    }
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..threads {
            let (sender, waiting, work) = (sender.clone(), &waiting, &work);
            scope.spawn(move || {
                while let Some((index, job)) = waiting.pop() {
                    let _ = sender.send((index, work(job)));
                }
            });
        }
        drop(sender);
        receiver.into_iter().for_each(|(index, result)| on_result(index, result));
    });
}
