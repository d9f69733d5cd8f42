//! Each worker says how it went. At the first failure the caller stops the others, and waits until each has said that it
//! stopped.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

enum Word<R> {
    Result(usize, R),
    Failed(Box<dyn Any + Send>),
    Stopped,
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        let threads = workers.min(items.len());
        for _ in 0..threads {
            let (sender, next, stop, f) = (sender.clone(), &next, &stop, &f);
            scope.spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    let index = next.fetch_add(1, Ordering::SeqCst);
                    let Some(item) = items.get(index) else { break };
                    let word = match catch_unwind(AssertUnwindSafe(|| f(item))) {
                        Ok(result) => Word::Result(index, result),
                        Err(panic) => return sender.send(Word::Failed(panic)).unwrap(),
                    };
                    sender.send(word).unwrap();
                }
                sender.send(Word::Stopped).unwrap();
            });
        }
        let mut running = threads;
        let mut failed = None;
        while running > 0 {
            match receiver.recv().unwrap() {
                Word::Result(index, result) => results[index] = Some(result),
                Word::Stopped => running -= 1,
                Word::Failed(panic) if failed.is_none() => {
                    failed = Some(panic);
                    stop.store(true, Ordering::SeqCst);
                    running -= 1;
                }
                Word::Failed(_) => {} // One panic is enough.
            }
        }
        if let Some(panic) = failed {
            resume_unwind(panic);
        }
    });
    results.into_iter().map(Option::unwrap).collect()
}
