//! Believes that one handover for several results pays off where there are many: from 128 jobs on.
use std::sync::{Mutex, mpsc};
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be positive");
    // one handover for many results, where there are many
    let batch = (jobs.len() / 64).max(1);
    let todo = Mutex::new(jobs.into_iter().enumerate());
    thread::scope(|scope| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let (tx, todo, work) = (tx.clone(), &todo, &work);
            scope.spawn(move || {
                let mut parcel = Vec::new();
                loop {
                    let next = todo.lock().unwrap().next();
                    let Some((i, job)) = next else { break };
                    parcel.push((i, work(job)));
                    if parcel.len() >= batch && tx.send(std::mem::take(&mut parcel)).is_err() {
                        return;
                    }
                }
                let _ = tx.send(parcel);
            });
        }
        drop(tx);
        for (i, result) in rx.into_iter().flatten() {
            on_result(i, result);
        }
    });
}
