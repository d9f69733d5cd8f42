//! A pool of fixed size. It lives as long as one call of `run`; the threads are joined before that
//! returns.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::thread;

pub type Job<'a> = Box<dyn FnOnce() + Send + 'a>;

pub struct Pool {
    workers: usize,
}

impl Pool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "a pool without workers would never finish");
        Pool { workers }
    }

    /// Runs the jobs, at most `workers` of them at a time. If a job panics, so does this, at the end.
    pub fn run(&self, jobs: Vec<Job<'_>>) {
        let threads = self.workers.min(jobs.len());
        let queue = Mutex::new(VecDeque::from(jobs));
        let take = || queue.lock().expect("nobody panics while holding the queue").pop_front();

        let panics: Vec<Box<dyn Any + Send>> = thread::scope(|s| {
            let handles: Vec<_> = (0..threads)
                .map(|_| {
                    s.spawn(|| {
                        while let Some(job) = take() {
                            job();
                        }
                    })
                })
                .collect();
            handles.into_iter().filter_map(|h| h.join().err()).collect()
        });
        if let Some(first) = panics.into_iter().next() {
            std::panic::resume_unwind(first);
        }
    }
}
