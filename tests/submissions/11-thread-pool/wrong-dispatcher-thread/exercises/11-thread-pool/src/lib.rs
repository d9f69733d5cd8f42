//! A manager gives each idle worker its next job. (It is a thread as well: one more than asked for.)

use crossbeam::channel::{Receiver, Sender, bounded, unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

pub struct ThreadPool {
    orders: Option<Sender<Job>>,
    manager: Option<JoinHandle<()>>,
}

pub struct JobHandle<T> {
    outcome: Receiver<Result<T, JobPanicked>>,
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let (orders, inbox) = unbounded::<Job>();
        let (counter, pick_up) = bounded::<Job>(0);
        let crew: Vec<_> = (0..workers)
            .map(|_| {
                let pick_up = pick_up.clone();
                thread::spawn(move || {
                    while let Ok(job) = pick_up.recv() {
                        job();
                    }
                })
            })
            .collect();
        let manager = thread::spawn(move || {
            for job in inbox {
                counter.send(job).unwrap();
            }
            drop(counter);
            crew.into_iter().for_each(|member| member.join().unwrap());
        });
        Self { orders: Some(orders), manager: Some(manager) }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (told, outcome) = bounded(1);
        let job: Job = Box::new(move || {
            let _ = told.send(catch_unwind(AssertUnwindSafe(job)).map_err(|_| JobPanicked));
        });
        self.orders.as_ref().unwrap().send(job).unwrap();
        JobHandle { outcome }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.orders = None;
        self.manager.take().unwrap().join().unwrap();
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.outcome.len() == 1
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        self.outcome.recv().expect("each job tells")
    }
}
