//! Tasks are spawned, and their handles dropped.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};
use std::thread;

use futures::future::join_all;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::spawn_blocking;

/// Work: something is fetched, then something is computed from it. Given: leave as it is.
pub trait Job: Clone + Send + Sync + 'static {
    type Data: Send + 'static;
    type Output: Send + 'static;

    fn fetch(&self) -> Self::Data;
    fn fetch_async(&self) -> impl Future<Output = Self::Data> + Send;
    fn compute(&self, data: Self::Data) -> Self::Output;
}

/// A way to work many jobs, the cheaper ones first. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Approach {
    Sequential,
    EventLoop,
    Threads,
    Mixed,
    Processes,
}

/// Equal jobs. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    pub jobs: u64,
    pub fetch: u64,
    pub compute: u64,
}

/// What the jobs run on. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    pub cores: u64,
    pub workers: u64,
    pub one_at_a_time: bool,
    pub process_start: u64,
}

pub fn sequential<J: Job>(jobs: &[J]) -> Vec<J::Output> {
    let mut outputs = Vec::with_capacity(jobs.len());
    for job in jobs {
        let data = job.fetch();
        outputs.push(job.compute(data));
    }
    outputs
}

pub fn threads<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    assert!(workers > 0, "workers must be at least 1");

    let queue = Mutex::new(jobs.iter().enumerate());
    let outputs = Mutex::new(jobs.iter().map(|_| None).collect::<Vec<_>>());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    // The guard is gone at the end of this line.
                    let next = queue.lock().unwrap().next();
                    let Some((i, job)) = next else { break };
                    let output = job.compute(job.fetch());
                    outputs.lock().unwrap()[i] = Some(output);
                }
            });
        }
    });
    outputs.into_inner().unwrap().into_iter().map(Option::unwrap).collect()
}

pub async fn event_loop<J: Job>(jobs: &[J]) -> Vec<J::Output> {
    let mut answers = Vec::new();
    for job in jobs.iter().cloned() {
        let (sender, answer) = oneshot::channel();
        tokio::spawn(async move {
            let data = job.fetch_async().await;
            let _ = sender.send(job.compute(data));
        });
        answers.push(answer);
    }
    let mut outputs = Vec::new();
    for answer in answers {
        outputs.push(answer.await.unwrap());
    }
    outputs
}

pub async fn mixed<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    assert!(workers > 0, "workers must be at least 1");

    let places = Arc::new(Semaphore::new(workers));
    let tasks = jobs.iter().cloned().map(|job| {
        let places = places.clone();
        tokio::spawn(async move {
            let data = job.fetch_async().await;
            let place = places.acquire_owned().await.unwrap();
            let computed = spawn_blocking(move || (job.compute(data), place)).await;
            computed.unwrap_or_else(|error| resume_unwind(error.into_panic())).0
        })
    });
    // All of them have ended before the first panic is looked at.
    let done = join_all(tasks.collect::<Vec<_>>()).await;
    done.into_iter().map(|output| output.unwrap_or_else(|error| resume_unwind(error.into_panic()))).collect()
}

pub fn predict(approach: Approach, shape: Shape, machine: Machine) -> u64 {
    // Only fetching, only computing, or a worker for each job.
    let (n, w) = (shape.jobs, machine.workers);
    let on_threads = |cores: u64| {
        if shape.compute == 0 {
            n.div_ceil(w) * shape.fetch
        } else if shape.fetch == 0 {
            n.div_ceil(w.min(cores)) * shape.compute
        } else {
            shape.fetch + n.div_ceil(cores) * shape.compute
        }
    };
    let one_process = if machine.one_at_a_time { 1 } else { machine.cores };
    if n == 0 {
        0
    } else {
        match approach {
            Approach::Sequential => n * shape.fetch + n * shape.compute,
            Approach::EventLoop => shape.fetch + n * shape.compute,
            Approach::Threads => on_threads(one_process),
            Approach::Mixed => shape.fetch + n.div_ceil(w.min(one_process)) * shape.compute,
            Approach::Processes => machine.process_start + on_threads(machine.cores),
        }
    }
}

pub fn fastest(shape: Shape, machine: Machine) -> Approach {
    let mut best = Approach::Sequential;
    for approach in [Approach::EventLoop, Approach::Threads, Approach::Mixed, Approach::Processes] {
        if predict(approach, shape, machine) < predict(best, shape, machine) {
            best = approach;
        }
    }
    best
}
