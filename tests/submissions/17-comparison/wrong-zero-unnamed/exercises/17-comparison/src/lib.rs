//! 0 panics, and the message does not say what is 0.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use futures::future::join_all;
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, spawn_blocking};

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
    assert!(workers > 0, "there is nobody to do it");

    let next = AtomicUsize::new(0);
    let mut done: Vec<(usize, J::Output)> = thread::scope(|scope| {
        let handles: Vec<_> = (0..workers.min(jobs.len()))
            .map(|_| {
                scope.spawn(|| {
                    let mut mine = Vec::new();
                    loop {
                        let i = next.fetch_add(1, Ordering::Relaxed);
                        let Some(job) = jobs.get(i) else { return mine };
                        mine.push((i, job.compute(job.fetch())));
                    }
                })
            })
            .collect();
        handles
            .into_iter()
            .flat_map(|handle| handle.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, output)| output).collect()
}

pub async fn event_loop<J: Job>(jobs: &[J]) -> Vec<J::Output> {
    join_all(jobs.iter().map(|job| async move {
        let data = job.fetch_async().await;
        job.compute(data)
    }))
    .await
}

pub async fn mixed<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    assert!(workers > 0, "there is nobody to do it");

    let places = Arc::new(Semaphore::new(workers));
    let mut set = JoinSet::new();
    for (i, job) in jobs.iter().cloned().enumerate() {
        let places = places.clone();
        set.spawn(async move {
            let data = job.fetch_async().await;
            let place = places.acquire_owned().await.unwrap();
            let output = spawn_blocking(move || {
                let _place = place;
                job.compute(data)
            });
            (i, output.await)
        });
    }
    let mut outputs: Vec<Option<J::Output>> = jobs.iter().map(|_| None).collect();
    let mut panic = None;
    while let Some(done) = set.join_next().await {
        match done {
            Ok((i, Ok(output))) => outputs[i] = Some(output),
            Ok((_, Err(error))) | Err(error) => panic = Some(error.into_panic()),
        }
    }
    if let Some(panic) = panic {
        resume_unwind(panic);
    }
    outputs.into_iter().flatten().collect()
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
    use Approach::{EventLoop, Mixed, Processes, Sequential, Threads};
    let all = [Sequential, EventLoop, Threads, Mixed, Processes];
    all.into_iter().min_by_key(|approach| predict(*approach, shape, machine)).unwrap()
}
