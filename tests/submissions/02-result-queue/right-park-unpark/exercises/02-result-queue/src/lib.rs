//! The calling thread parks while there is nothing to deliver; a worker unparks it after each result, and when it leaves.

use crossbeam::queue::SegQueue;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Thread};

struct SignOff<'a> {
    at_work: &'a AtomicUsize,
    main: Thread,
}

impl Drop for SignOff<'_> {
    fn drop(&mut self) {
        self.at_work.fetch_sub(1, Ordering::SeqCst);
        self.main.unpark();
    }
}

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least one");
    let threads = usize::min(workers, jobs.len());
    let jobs: Vec<Mutex<Option<J>>> = jobs.into_iter().map(|job| Mutex::new(Some(job))).collect();
    let cursor = AtomicUsize::new(0);
    let at_work = AtomicUsize::new(threads);
    let results = SegQueue::new();

    thread::scope(|scope| {
        for _ in 0..threads {
            let sign_off = SignOff { at_work: &at_work, main: thread::current() };
            let (jobs, cursor, results, work) = (&jobs, &cursor, &results, &work);
            scope.spawn(move || {
                let sign_off = sign_off;
                loop {
                    let index = cursor.fetch_add(1, Ordering::SeqCst);
                    let Some(slot) = jobs.get(index) else { break };
                    let job = slot.lock().unwrap().take().expect("each slot is taken once");
                    results.push((index, work(job)));
                    sign_off.main.unpark();
                }
            });
        }
        loop {
            if let Some((index, result)) = results.pop() {
                on_result(index, result);
            } else if at_work.load(Ordering::SeqCst) > 0 {
                thread::park();
            } else if results.is_empty() {
                break;
            }
        }
    });
}
