//! A thread that panics says so; the caller waits for a word from all threads but that one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, mpsc};
use std::thread;

enum Word<R> {
    Result(usize, R),
    Done,
    Panicked,
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let waiting = Mutex::new(items.iter().enumerate());
    let (sender, words) = mpsc::channel();
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    let mut panicked = false;
    thread::scope(|scope| {
        for _ in 0..workers {
            let (waiting, f, sender) = (&waiting, &f, sender.clone());
            scope.spawn(move || {
                loop {
                    let next = waiting.lock().unwrap().next();
                    let Some((index, item)) = next else { break };
                    match catch_unwind(AssertUnwindSafe(|| f(item))) {
                        Ok(result) => sender.send(Word::Result(index, result)).unwrap(),
                        Err(_) => return sender.send(Word::Panicked).unwrap(),
                    }
                }
                sender.send(Word::Done).unwrap();
            });
        }
        let mut done = 0;
        while done + usize::from(panicked) < workers {
            match words.recv().unwrap() {
                Word::Result(index, result) => results[index] = Some(result),
                Word::Done => done += 1,
                Word::Panicked => panicked = true, // how many they are is not counted
            }
        }
    });
    assert!(!panicked, "a call has panicked");
    results.into_iter().map(Option::unwrap).collect()
}
