//! Believes that every panic has a message: one without is forgotten.
use std::panic::{AssertUnwindSafe, catch_unwind};
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
    let todo = Mutex::new(jobs.into_iter().enumerate());
    let mut problem: Option<String> = None;
    thread::scope(|scope| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let (tx, todo, work) = (tx.clone(), &todo, &work);
            scope.spawn(move || {
                loop {
                    let next = todo.lock().unwrap().next();
                    let Some((i, job)) = next else { break };
                    let outcome = catch_unwind(AssertUnwindSafe(|| work(job)));
                    if tx.send((i, outcome)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(tx);
        for (i, outcome) in rx {
            match outcome {
                Ok(result) => on_result(i, result),
                Err(payload) => {
                    if let Some(text) = payload.downcast_ref::<&str>() {
                        problem = Some((*text).to_string());
                    } else if let Some(text) = payload.downcast_ref::<String>() {
                        problem = Some(text.clone());
                    }
                }
            }
        }
    });
    if let Some(problem) = problem {
        panic!("{problem}");
    }
}
