//! Two channels: jobs, and one that only ends. Workers select.

use crossbeam::channel::{self, Receiver, Sender, select_biased};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

pub struct ThreadPool {
    jobs: Sender<Job>,
    alive: Option<Sender<()>>,
    threads: Vec<JoinHandle<()>>,
}

pub struct JobHandle<T> {
    result: Receiver<Result<T, JobPanicked>>,
}

impl ThreadPool {
    #[must_use]
    pub fn new(workers: usize) -> Self {
        assert_ne!(workers, 0, "no workers");
        let (jobs, queue) = channel::unbounded::<Job>();
        let (alive, end) = channel::bounded::<()>(0);
        let threads = (0..workers)
            .map(|_| {
                let (queue, end) = (queue.clone(), end.clone());
                std::thread::spawn(move || {
                    loop {
                        select_biased! {
                            recv(queue) -> job => match job {
                                Ok(job) => job(),
                                Err(_) => return,
                            },
                            recv(end) -> _ => break,
                        }
                    }
                    while let Ok(job) = queue.try_recv() {
                        job();
                    }
                })
            })
            .collect();
        Self { jobs, alive: Some(alive), threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (done, result) = channel::bounded(1);
        self.jobs
            .send(Box::new(move || {
                let outcome = catch_unwind(AssertUnwindSafe(job)).or(Err(JobPanicked));
                let _ = done.send(outcome);
            }))
            .expect("the workers have the receiver");
        JobHandle { result }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.alive = None;
        for thread in std::mem::take(&mut self.threads) {
            thread.join().ok();
        }
    }
}

impl<T> JobHandle<T> {
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.result.is_full()
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        self.result.recv().unwrap_or(Err(JobPanicked))
    }
}
