//! Mixed is taken to wait in rounds.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};
use std::thread;

use futures::future::join_all;
use futures::{StreamExt, stream};
use tokio::sync::Semaphore;
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
    let each = stream::iter(jobs).map(|job| async move { job.compute(job.fetch_async().await) });
    each.buffered(jobs.len().max(1)).collect().await
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
    let Shape { jobs: n, fetch, compute } = shape;
    let Machine { cores, workers, one_at_a_time, process_start } = machine;
    if n == 0 {
        return 0;
    }
    let own_cores = if one_at_a_time { 1 } else { cores };
    match approach {
        Approach::Sequential => n * (fetch + compute),
        Approach::EventLoop => fetch + n * compute,
        Approach::Threads => n.div_ceil(workers) * fetch + n.div_ceil(workers.min(own_cores)) * compute,
        Approach::Mixed => n.div_ceil(workers) * fetch + n.div_ceil(workers.min(own_cores)) * compute,
        Approach::Processes => {
            process_start + n.div_ceil(workers) * fetch + n.div_ceil(workers.min(cores)) * compute
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
