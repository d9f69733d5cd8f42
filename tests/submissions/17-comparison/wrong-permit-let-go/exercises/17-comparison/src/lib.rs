//! The permit is let go in the line that takes it.

use std::panic::resume_unwind;
use std::sync::Arc;

use futures::StreamExt;
use futures::future::join_all;
use futures::stream::FuturesOrdered;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
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
    jobs.iter().map(|job| job.compute(job.fetch())).collect()
}

pub fn threads<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    assert!(workers > 0, "workers must be at least 1");

    let pool = ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| jobs.par_iter().with_max_len(1).map(|job| job.compute(job.fetch())).collect())
}

pub async fn event_loop<J: Job>(jobs: &[J]) -> Vec<J::Output> {
    let running: FuturesOrdered<_> =
        jobs.iter().map(|job| async { job.compute(job.fetch_async().await) }).collect();
    running.collect().await
}

pub async fn mixed<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    assert!(workers > 0, "workers must be at least 1");

    let places = Arc::new(Semaphore::new(workers));
    let tasks = jobs.iter().cloned().map(|job| {
        let places = places.clone();
        tokio::spawn(async move {
            let data = job.fetch_async().await;
            let _ = places.acquire_owned().await.unwrap();
            let computed = spawn_blocking(move || job.compute(data)).await;
            computed.unwrap_or_else(|error| resume_unwind(error.into_panic()))
        })
    });
    let done = join_all(tasks.collect::<Vec<_>>()).await;
    done.into_iter().map(|output| output.unwrap_or_else(|error| resume_unwind(error.into_panic()))).collect()
}

pub fn predict(approach: Approach, shape: Shape, machine: Machine) -> u64 {
    let Shape { jobs: n, fetch, compute } = shape;
    if n == 0 {
        return 0;
    }
    let cores = if machine.one_at_a_time { 1 } else { machine.cores };
    let waiting = n.div_ceil(machine.workers) * fetch;
    match approach {
        Approach::Sequential => n * (fetch + compute),
        Approach::EventLoop => fetch + n * compute,
        Approach::Threads => waiting + n.div_ceil(machine.workers.min(cores)) * compute,
        Approach::Mixed => fetch + n.div_ceil(machine.workers.min(cores)) * compute,
        Approach::Processes => {
            machine.process_start + waiting + n.div_ceil(machine.workers.min(machine.cores)) * compute
        }
    }
}

pub fn fastest(shape: Shape, machine: Machine) -> Approach {
    // By time, and then by price: `Approach` is ordered by that.
    let mut all =
        [Approach::Processes, Approach::Mixed, Approach::Threads, Approach::EventLoop, Approach::Sequential];
    all.sort_by_key(|approach| (predict(*approach, shape, machine), *approach));
    all[0]
}
