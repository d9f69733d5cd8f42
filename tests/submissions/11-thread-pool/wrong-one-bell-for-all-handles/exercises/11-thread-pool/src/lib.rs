//! One bell for the whole pool: it rings when a job has ended, and one waiter looks.

use crossbeam::queue::SegQueue;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

struct Bells {
    jobs: SegQueue<Job>,
    /// Jobs in the queue, and whether this is the end.
    count: Mutex<(usize, bool)>,
    job_came: Condvar,
    ended: Mutex<()>,
    job_ended: Condvar,
}

pub struct ThreadPool {
    bells: Arc<Bells>,
    threads: Vec<JoinHandle<()>>,
}

pub struct JobHandle<T> {
    bells: Arc<Bells>,
    place: Arc<Mutex<Option<thread::Result<T>>>>,
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let bells = Arc::new(Bells {
            jobs: SegQueue::new(),
            count: Mutex::default(),
            job_came: Condvar::new(),
            ended: Mutex::new(()),
            job_ended: Condvar::new(),
        });
        let threads = (0..workers)
            .map(|_| {
                let bells = bells.clone();
                thread::spawn(move || {
                    loop {
                        let count = bells.count.lock().unwrap();
                        let mut count = bells.job_came.wait_while(count, |c| c.0 == 0 && !c.1).unwrap();
                        if count.0 == 0 {
                            break;
                        }
                        count.0 -= 1;
                        let job = bells.jobs.pop().unwrap();
                        drop(count);
                        job();
                    }
                })
            })
            .collect();
        Self { bells, threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let place = Arc::new(Mutex::new(None));
        let (bells, result) = (self.bells.clone(), place.clone());
        let mut count = self.bells.count.lock().unwrap();
        self.bells.jobs.push(Box::new(move || {
            let outcome = catch_unwind(AssertUnwindSafe(job));
            let _ended = bells.ended.lock().unwrap();
            *result.lock().unwrap() = Some(outcome);
            bells.job_ended.notify_one();
        }));
        count.0 += 1;
        drop(count);
        self.bells.job_came.notify_one();
        JobHandle { bells: self.bells.clone(), place }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.bells.count.lock().unwrap().1 = true;
        self.bells.job_came.notify_all();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.place.lock().unwrap().is_some()
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        let mut ended = self.bells.ended.lock().unwrap();
        loop {
            if let Some(result) = self.place.lock().unwrap().take() {
                return result.map_err(|_| JobPanicked);
            }
            ended = self.bells.job_ended.wait(ended).unwrap();
        }
    }
}
