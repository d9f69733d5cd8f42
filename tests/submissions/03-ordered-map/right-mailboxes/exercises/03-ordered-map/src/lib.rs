//! A foreman hands out the work: each worker sleeps (parked) until there is a letter in its mailbox,
//! and reports back when it is free again. The foreman is the calling thread.

use std::sync::{Mutex, mpsc};
use std::thread;

enum Letter {
    Work(usize),
    GoHome,
}

struct Report<R> {
    worker: usize,
    finished: Option<(usize, R)>,
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least one");
    let workers = workers.min(items.len());
    let mailboxes: Vec<Mutex<Option<Letter>>> = (0..workers).map(|_| Mutex::new(None)).collect();
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();

    thread::scope(|s| {
        let (reports, inbox) = mpsc::channel();
        let threads: Vec<_> = mailboxes
            .iter()
            .enumerate()
            .map(|(worker, mailbox)| {
                let reports = reports.clone();
                let f = &f;
                s.spawn(move || {
                    let mut finished = None;
                    loop {
                        reports.send(Report { worker, finished }).expect("the foreman is there to the end");
                        match read(mailbox) {
                            Letter::Work(i) => finished = Some((i, f(&items[i]))),
                            Letter::GoHome => return,
                        }
                    }
                })
            })
            .collect();
        drop(reports);

        let mut waiting = 0..items.len();
        // Ends when every worker has gone, home or in a panic: then the last sender is dropped.
        for Report { worker, finished } in inbox {
            if let Some((i, r)) = finished {
                results[i] = Some(r);
            }
            let letter = waiting.next().map_or(Letter::GoHome, Letter::Work);
            *mailboxes[worker].lock().unwrap() = Some(letter);
            threads[worker].thread().unpark();
        }
    });

    results.into_iter().map(|r| r.expect("all letters were answered")).collect()
}

/// park may return without a reason, so the mailbox is looked at again each time.
fn read(mailbox: &Mutex<Option<Letter>>) -> Letter {
    loop {
        let letter = mailbox.lock().unwrap().take();
        match letter {
            Some(letter) => return letter,
            None => thread::park(),
        }
    }
}
