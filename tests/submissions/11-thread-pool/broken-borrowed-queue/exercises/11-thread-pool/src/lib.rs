//! The queue is a field of the pool, and the workers look into it.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::{Condvar, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

#[derive(Default)]
pub struct ThreadPool {
    queue: Mutex<VecDeque<Box<dyn FnOnce() + Send>>>,
    news: Condvar,
    threads: Vec<JoinHandle<()>>,
}

pub struct JobHandle<T>(PhantomData<T>);

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let mut pool = Self::default();
        for _ in 0..workers {
            let (queue, news) = (&pool.queue, &pool.news);
            let thread = thread::spawn(move || {
                loop {
                    let mut queue = news.wait_while(queue.lock().unwrap(), |queue| queue.is_empty()).unwrap();
                    let job = queue.pop_front().unwrap();
                    drop(queue);
                    job();
                }
            });
            pool.threads.push(thread);
        }
        pool
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.queue.lock().unwrap().push_back(Box::new(move || drop(job())));
        self.news.notify_one();
        JobHandle(PhantomData)
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        todo!()
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        todo!()
    }
}
