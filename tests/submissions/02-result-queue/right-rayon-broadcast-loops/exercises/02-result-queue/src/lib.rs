//! Every thread of a rayon pool runs one worker loop (spawn_broadcast). Jobs in a SegQueue, results in a crossbeam channel.

use crossbeam::channel;
use crossbeam::queue::SegQueue;
use rayon::ThreadPoolBuilder;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers != 0, "`workers` is 0");
    let threads = jobs.len().min(workers);
    if threads == 0 {
        return;
    }
    let queue = SegQueue::new();
    for pair in jobs.into_iter().enumerate() {
        queue.push(pair);
    }
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|i| format!("worker-{i}"))
        .build()
        .expect("no threads");
    pool.in_place_scope(|scope| {
        let (sender, receiver) = channel::unbounded();
        let (jobs, work) = (&queue, &work);
        scope.spawn_broadcast(move |_, _| {
            while let Some((index, job)) = jobs.pop() {
                if sender.send((index, work(job))).is_err() {
                    return;
                }
            }
        });
        for (index, result) in receiver {
            on_result(index, result);
        }
    });
}
