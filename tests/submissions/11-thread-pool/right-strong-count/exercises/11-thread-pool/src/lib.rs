//! A job has ended when nobody but the handle shares its value; a pool has, when the last sender of a channel is gone.

use crossbeam::channel::{Receiver, Sender, bounded, unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

pub struct ThreadPool {
    jobs: Option<Sender<Job>>,
    all_gone: Receiver<()>,
}

pub struct JobHandle<T> {
    value: Arc<Mutex<Option<T>>>,
    done: Receiver<()>,
}

impl ThreadPool {
    #[must_use]
    pub fn new(workers: usize) -> Self {
        assert!(workers != 0, "workers == 0");
        let (jobs, inbox) = unbounded::<Job>();
        let (here, all_gone) = bounded::<()>(0);
        for _ in 0..workers {
            let (inbox, here) = (inbox.clone(), here.clone());
            thread::spawn(move || {
                for job in inbox {
                    let _ = catch_unwind(AssertUnwindSafe(job));
                }
                drop(here);
            });
        }
        Self { jobs: Some(jobs), all_gone }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let value = Arc::new(Mutex::new(None));
        let (open, done) = bounded::<()>(0);
        let theirs = Arc::clone(&value);
        let job: Job = Box::new(move || {
            // Dropped in this order, also in a panic: first the share in the value, then the channel.
            let _open = open;
            let theirs = theirs;
            let result = job();
            *theirs.lock().unwrap() = Some(result);
        });
        self.jobs.as_ref().unwrap().send(job).unwrap();
        JobHandle { value, done }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.jobs = None;
        // Nobody ever sends: it ends when the last worker has gone.
        let _ = self.all_gone.recv();
    }
}

impl<T> JobHandle<T> {
    #[must_use]
    pub fn is_finished(&self) -> bool {
        Arc::strong_count(&self.value) == 1
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        let _ = self.done.recv();
        self.value.lock().unwrap().take().ok_or(JobPanicked)
    }
}
