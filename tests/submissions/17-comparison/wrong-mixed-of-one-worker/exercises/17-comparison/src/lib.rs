//! Believes that `Mixed` with one worker is nothing but one after another.

use futures::future::join_all;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, spawn_blocking};
/// Work: something is fetched, then something is computed from it. Given: leave as it is. Clones are the same job.
pub trait Job: Clone + Send + Sync + 'static {
    /// What was fetched.
    type Data: Send + 'static;
    /// What was computed.
    type Output: Send + 'static;

    /// Waits for the data. **Blocks the calling thread**, and needs no core meanwhile. May panic.
    fn fetch(&self) -> Self::Data;

    /// The same, for an event loop.
    fn fetch_async(&self) -> impl Future<Output = Self::Data> + Send;

    /// Computes: **blocks the calling thread** and keeps a core busy; where all cores are busy it waits for one first. May panic.
    fn compute(&self, data: Self::Data) -> Self::Output;
}

/// A way to work many jobs, the cheaper ones first. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Approach {
    /// One after another, on the calling thread.
    Sequential,
    /// All on one event loop, computing included.
    EventLoop,
    /// Each whole job on one of `workers` threads.
    Threads,
    /// Fetching on an event loop, computing on `workers` threads.
    Mixed,
    /// As `Threads`, with processes. To be predicted, not to be written: how worker processes are made and asked is exercise 07, and
    /// a job here is a value of the caller's, which another process does not have. What they cost is arithmetic all the same.
    Processes,
}

/// Equal jobs. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// How many.
    pub jobs: u64,
    /// Ticks that each `fetch` takes.
    pub fetch: u64,
    /// Ticks that each `compute` takes.
    pub compute: u64,
}

/// What the jobs run on. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// So many calls of `compute` can run at the same time.
    pub cores: u64,
    /// So many threads, or processes, work the jobs.
    pub workers: u64,
    /// Whether the threads of a process compute one at a time, as in Python (the GIL). Each process has a GIL of its own.
    pub one_at_a_time: bool,
    /// Ticks until processes have started, all of them together. Where there are no jobs none is started.
    pub process_start: u64,
}

pub fn sequential<J: Job>(jobs: &[J]) -> Vec<J::Output> {
    jobs.iter().map(|job| job.compute(job.fetch())).collect()
}

pub fn threads<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    assert!(workers > 0, "workers must be at least 1");
    let next = AtomicUsize::new(0);
    let take = || {
        let index = next.fetch_add(1, Ordering::Relaxed);
        jobs.get(index).map(|job| (index, job))
    };
    let work = || {
        let done = std::iter::from_fn(take).map(|(index, job)| (index, job.compute(job.fetch())));
        done.collect::<Vec<_>>()
    };
    let count = workers.min(jobs.len());
    let mut done: Vec<(usize, J::Output)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, output)| output).collect()
}

pub async fn event_loop<J: Job>(jobs: &[J]) -> Vec<J::Output> {
    join_all(jobs.iter().map(async |job| job.compute(job.fetch_async().await))).await
}

pub async fn mixed<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    assert!(workers > 0, "workers must be at least 1");
    let places = Arc::new(Semaphore::new(workers));
    let mut under_way = JoinSet::new();
    for (index, job) in jobs.iter().cloned().enumerate() {
        let places = Arc::clone(&places);
        under_way.spawn(async move {
            let data = job.fetch_async().await;
            let place = places.acquire_owned().await.expect("never closed");
            let computed = spawn_blocking(move || {
                let _place = place;
                job.compute(data)
            });
            (index, computed.await.unwrap_or_else(|error| resume_unwind(error.into_panic())))
        });
    }
    let mut outputs: Vec<_> = jobs.iter().map(|_| None).collect();
    let mut panicked = None;
    while let Some(done) = under_way.join_next().await {
        match done {
            Ok((index, output)) => outputs[index] = Some(output),
            Err(error) => panicked = Some(error),
        }
    }
    if let Some(error) = panicked {
        resume_unwind(error.into_panic());
    }
    outputs.into_iter().flatten().collect()
}

#[must_use]
pub fn predict(approach: Approach, shape: Shape, machine: Machine) -> u64 {
    let Shape { jobs, fetch, compute } = shape;
    let Machine { cores, workers, one_at_a_time, process_start } = machine;
    let on_workers =
        |cores: u64| jobs.div_ceil(workers) * fetch + jobs.div_ceil(workers.min(cores)) * compute;
    let cores_of_threads = if one_at_a_time { 1 } else { cores };
    match approach {
        _ if jobs == 0 => 0,
        Approach::Sequential => jobs * (fetch + compute),
        Approach::EventLoop => fetch + jobs * compute,
        Approach::Threads => on_workers(cores_of_threads),
        Approach::Mixed if workers == 1 => jobs * (fetch + compute),
        Approach::Mixed => fetch + jobs.div_ceil(workers.min(cores_of_threads)) * compute,
        Approach::Processes => on_workers(cores) + process_start,
    }
}

#[must_use]
pub fn fastest(shape: Shape, machine: Machine) -> Approach {
    let takes = |approach| predict(approach, shape, machine);
    let others = [Approach::EventLoop, Approach::Threads, Approach::Mixed, Approach::Processes];
    others
        .into_iter()
        .fold(Approach::Sequential, |best, other| if takes(other) < takes(best) { other } else { best })
}
