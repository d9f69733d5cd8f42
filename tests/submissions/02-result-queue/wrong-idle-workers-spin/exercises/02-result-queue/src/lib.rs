//! The main thread hands out the jobs one at a time; a worker whose hands are empty looks into its slot until it gets one.

use std::sync::Mutex;
use std::sync::mpsc;
use std::thread;

enum Slot<J> {
    Empty,
    Full(usize, J),
    Closed,
}

/// Closes all slots when the scope is left, by a panic too.
struct Close<'a, J>(&'a [Mutex<Slot<J>>]);

impl<J> Drop for Close<'_, J> {
    fn drop(&mut self) {
        for slot in self.0 {
            *slot.lock().unwrap() = Slot::Closed;
        }
    }
}

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let mut waiting = jobs.into_iter().enumerate();
    let slots: Vec<Mutex<Slot<J>>> = (0..workers).map(|_| Mutex::new(Slot::Empty)).collect();
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        let mut running = 0;
        let _close = Close(&slots);
        for (number, slot) in slots.iter().enumerate() {
            if let Some((i, job)) = waiting.next() {
                *slot.lock().unwrap() = Slot::Full(i, job);
                running += 1;
            }
            let (tx, work) = (tx.clone(), &work);
            s.spawn(move || {
                loop {
                    let content = std::mem::replace(&mut *slot.lock().unwrap(), Slot::Empty);
                    match content {
                        Slot::Empty => thread::yield_now(),
                        Slot::Closed => return,
                        Slot::Full(i, job) => {
                            let outcome =
                                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(job)));
                            let _ = tx.send((number, i, outcome));
                        }
                    }
                }
            });
        }
        while running > 0 {
            let (number, i, outcome) = rx.recv().unwrap();
            let result = outcome.unwrap_or_else(|payload| std::panic::resume_unwind(payload));
            match waiting.next() {
                Some((i, job)) => *slots[number].lock().unwrap() = Slot::Full(i, job),
                None => running -= 1,
            }
            on_result(i, result);
        }
    });
}
