//! A worker that panics says so, and the others say when they are done; the caller waits for a word from all but that one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, mpsc};
use std::thread;

enum Word<R> {
    Result(usize, R),
    Done,
    Panicked,
}

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let waiting = Mutex::new(jobs.into_iter().enumerate());
    let mut panicked = false;
    thread::scope(|scope| {
        let (sender, words) = mpsc::channel();
        for _ in 0..workers {
            let (waiting, work, sender) = (&waiting, &work, sender.clone());
            scope.spawn(move || {
                loop {
                    let next = waiting.lock().unwrap().next();
                    let Some((index, job)) = next else { break };
                    match catch_unwind(AssertUnwindSafe(|| work(job))) {
                        Ok(result) => drop(sender.send(Word::Result(index, result))),
                        Err(_) => return drop(sender.send(Word::Panicked)),
                    }
                }
                let _ = sender.send(Word::Done);
            });
        }
        let mut done = 0;
        while done + usize::from(panicked) < workers {
            match words.recv().unwrap() {
                Word::Result(index, result) => on_result(index, result),
                Word::Done => done += 1,
                Word::Panicked => panicked = true, // how many they are is not counted
            }
        }
    });
    assert!(!panicked, "a job has panicked");
}
