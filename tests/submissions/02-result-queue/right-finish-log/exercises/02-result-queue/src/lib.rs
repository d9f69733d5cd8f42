//! Results lie in a slot for each job; a log of the finished job numbers tells the main thread what to fetch next.

use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Default)]
struct Log {
    finished: Vec<usize>,
    next_job: usize,
    failed: bool,
}

/// Notes in the log that a job has failed, unless it is disarmed first.
struct FailureNote<'a> {
    log: &'a Mutex<Log>,
    news: &'a Condvar,
    armed: bool,
}

impl Drop for FailureNote<'_> {
    fn drop(&mut self) {
        if self.armed {
            self.log.lock().unwrap().failed = true;
            self.news.notify_all();
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
    assert!(workers > 0, "zero workers");
    let total = jobs.len();
    let inputs: Vec<Mutex<Option<J>>> = jobs.into_iter().map(Some).map(Mutex::new).collect();
    let outputs: Vec<Mutex<Option<R>>> = (0..total).map(|_| Mutex::new(None)).collect();
    let log = Mutex::new(Log::default());
    let news = Condvar::new();

    let worker = || {
        loop {
            let mut guard = log.lock().unwrap();
            let index = guard.next_job;
            if index == total || guard.failed {
                return;
            }
            guard.next_job += 1;
            drop(guard);

            let job = inputs[index].lock().unwrap().take().unwrap();
            let mut note = FailureNote { log: &log, news: &news, armed: true };
            let result = work(job);
            note.armed = false;
            *outputs[index].lock().unwrap() = Some(result);
            log.lock().unwrap().finished.push(index);
            news.notify_one();
        }
    };

    thread::scope(|s| {
        for _ in 0..workers.min(total) {
            s.spawn(&worker);
        }
        // If on_result panics, the workers take no further job.
        let mut alarm = FailureNote { log: &log, news: &news, armed: true };
        for delivered in 0..total {
            let guard = log.lock().unwrap();
            let guard = news.wait_while(guard, |log| log.finished.len() == delivered && !log.failed).unwrap();
            let Some(&index) = guard.finished.get(delivered) else {
                return; // a job has failed: the scope passes that on when the others are done
            };
            drop(guard);
            let result = outputs[index].lock().unwrap().take().unwrap();
            on_result(index, result);
        }
        alarm.armed = false;
    });
}
