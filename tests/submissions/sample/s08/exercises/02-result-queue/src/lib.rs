//! A queue without any room: a worker hands its result over in person.

use std::sync::Mutex;
use std::sync::mpsc::sync_channel;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    if workers == 0 {
        panic!("run_jobs: workers is 0, nobody would do the jobs");
    }
    let total = jobs.len();
    let jobs = Mutex::new(jobs.into_iter().enumerate());
    let (jobs, work) = (&jobs, &work);
    std::thread::scope(|scope| {
        let (give, take) = sync_channel(0);
        for _ in 0..workers.min(total) {
            let give = give.clone();
            scope.spawn(move || {
                let next = || jobs.lock().unwrap().next();
                while let Some((index, job)) = next() {
                    // an error means that the receiver is gone, because on_result has panicked
                    let Ok(()) = give.send((index, work(job))) else { return };
                }
            });
        }
        drop(give);
        take.into_iter().for_each(|(index, result)| on_result(index, result));
    });
}
