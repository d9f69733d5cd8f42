use std::sync::{Mutex, mpsc};
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let total = jobs.len();
    let todo = Mutex::new(jobs.into_iter().enumerate());
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..workers.min(total) {
            let sender = sender.clone();
            let (todo, work) = (&todo, &work);
            scope.spawn(move || {
                loop {
                    let next = todo.lock().unwrap().next();
                    let Some((index, job)) = next else { break };
                    if sender.send((index, work(job))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut delivered = 0;
        while delivered < total {
            // Asks without a pause, and goes on asking when nobody can send any more.
            if let Ok((index, result)) = receiver.try_recv() {
                on_result(index, result);
                delivered += 1;
            }
        }
    });
}
