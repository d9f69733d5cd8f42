//! The workers lay results on one list, a clerk files them on a second one, and the caller takes them from there. Clerk and
//! caller look every few milliseconds: two who poll in a row.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(10);

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must not be 0");
    let expected = jobs.len();
    let jobs = Mutex::new(jobs.into_iter().enumerate());
    let desk = Mutex::new(VecDeque::new());
    let filed = Mutex::new(VecDeque::new());
    let stop = AtomicBool::new(false);
    let at_work = AtomicUsize::new(workers.min(expected));
    thread::scope(|scope| {
        for _ in 0..workers.min(expected) {
            scope.spawn(|| {
                while !stop.load(Ordering::SeqCst) {
                    let Some((index, job)) = jobs.lock().unwrap().next() else { break };
                    let result = catch_unwind(AssertUnwindSafe(|| work(job)));
                    let failed = result.is_err();
                    desk.lock().unwrap().push_back((index, result));
                    if failed {
                        break;
                    }
                }
                at_work.fetch_sub(1, Ordering::SeqCst);
            });
        }
        scope.spawn(|| {
            loop {
                let last_round = at_work.load(Ordering::SeqCst) == 0;
                let mut papers: VecDeque<_> = std::mem::take(&mut *desk.lock().unwrap());
                filed.lock().unwrap().append(&mut papers);
                if last_round || stop.load(Ordering::SeqCst) {
                    break;
                }
                thread::sleep(LOOK_EVERY);
            }
        });
        let delivered = catch_unwind(AssertUnwindSafe(|| {
            let mut left = expected;
            while left > 0 {
                let next = filed.lock().unwrap().pop_front();
                match next {
                    None => thread::sleep(LOOK_EVERY),
                    Some((index, Ok(result))) => {
                        on_result(index, result);
                        left -= 1;
                    }
                    Some((_, Err(panic))) => resume_unwind(panic),
                }
            }
        }));
        stop.store(true, Ordering::SeqCst);
        if let Err(panic) = delivered {
            resume_unwind(panic);
        }
    });
}
