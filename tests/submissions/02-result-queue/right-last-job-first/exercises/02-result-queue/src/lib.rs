//! The jobs lie on a stack, so the last one is started first; nobody promised an order of starting.

use crossbeam::queue::SegQueue;
use crossbeam::sync::{Parker, Unparker};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

struct Leaving<'a>(&'a AtomicUsize, Unparker);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
        self.1.unpark();
    }
}

/// Tells the workers to stop when the main thread leaves the scope by a panic.
struct StopAtExit<'a>(&'a AtomicBool);

impl Drop for StopAtExit<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be a positive number");
    let parker = Parker::new();
    let stack = Mutex::new(jobs.into_iter().enumerate().collect::<Vec<_>>());
    let results = SegQueue::new();
    let stop = AtomicBool::new(false);
    let threads = stack.lock().unwrap().len().min(workers);
    let inside = AtomicUsize::new(threads);

    thread::scope(|scope| {
        for _ in 0..threads {
            let leaving = Leaving(&inside, parker.unparker().clone());
            let (stack, results, stop, work) = (&stack, &results, &stop, &work);
            scope.spawn(move || {
                let leaving = leaving;
                while !stop.load(Ordering::Acquire) {
                    let top = stack.lock().unwrap().pop();
                    let Some((i, job)) = top else { break };
                    results.push((i, work(job)));
                    leaving.1.unpark();
                }
            });
        }
        let _stop = StopAtExit(&stop);
        loop {
            let everybody_left = inside.load(Ordering::Acquire) == 0;
            match results.pop() {
                Some((i, result)) => on_result(i, result),
                None if everybody_left => break,
                None => parker.park(),
            }
        }
    });
}
