//! a deque for each worker, filled round robin; who runs dry steals; std's sync_channel as the queue
use crossbeam::deque::{Steal, Stealer, Worker};
use std::sync::mpsc::sync_channel;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers >= 1, "`workers` must not be zero");
    if jobs.is_empty() {
        return;
    }
    let team = workers.min(jobs.len());
    let deques: Vec<Worker<(usize, J)>> = (0..team).map(|_| Worker::new_lifo()).collect();
    for (i, job) in jobs.into_iter().enumerate() {
        deques[i % team].push((i, job));
    }
    let stealers: Vec<Stealer<_>> = deques.iter().map(Worker::stealer).collect();
    let (tx, rx) = sync_channel(team);
    std::thread::scope(|scope| {
        for (me, own) in deques.into_iter().enumerate() {
            let (tx, stealers, work) = (tx.clone(), &stealers, &work);
            scope.spawn(move || {
                let steal = || {
                    for k in 1..stealers.len() {
                        let victim = &stealers[(me + k) % stealers.len()];
                        loop {
                            match victim.steal() {
                                Steal::Success(job) => return Some(job),
                                Steal::Empty => break,
                                Steal::Retry => {}
                            }
                        }
                    }
                    None
                };
                while let Some((i, job)) = own.pop().or_else(steal) {
                    let result = work(job);
                    if tx.send((i, result)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(tx);
        let rx = rx;
        rx.iter().for_each(|(i, result)| on_result(i, result));
    });
}
