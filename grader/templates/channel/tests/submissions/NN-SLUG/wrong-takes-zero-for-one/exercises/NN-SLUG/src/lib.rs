//! "Better one worker than none."

pub fn run_all<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    let workers = workers.max(1);
    let (to_workers, jobs_left) = crossbeam::channel::unbounded();
    for job in jobs.into_iter().enumerate() {
        to_workers.send(job).unwrap();
    }
    drop(to_workers);
    let (sender, results) = crossbeam::channel::unbounded();
    let work = &work;
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (jobs_left, sender) = (jobs_left.clone(), sender.clone());
            scope.spawn(move || {
                for (index, job) in jobs_left {
                    let _ = sender.send((index, work(job)));
                }
            });
        }
        drop(sender);
        for (index, result) in results {
            on_result(index, result);
        }
    });
}
