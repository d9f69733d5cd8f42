//! A thread for each job, and a semaphore by hand that lets a few of them in.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use futures::future::join_all;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
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

    let gate = Gate { free: Mutex::new(workers), freed: Condvar::new() };
    thread::scope(|scope| {
        let handles: Vec<_> = jobs
            .iter()
            .map(|job| {
                let gate = &gate;
                scope.spawn(move || {
                    let _place = gate.enter();
                    job.compute(job.fetch())
                })
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

pub async fn event_loop<J: Job>(jobs: &[J]) -> Vec<J::Output> {
    let mut running: FuturesUnordered<_> = (0..)
        .zip(jobs)
        .map(|(i, job): (usize, &J)| async move { (i, job.compute(job.fetch_async().await)) })
        .collect();
    let mut outputs: Vec<Option<J::Output>> = jobs.iter().map(|_| None).collect();
    while let Some((i, output)) = running.next().await {
        outputs[i] = Some(output);
    }
    outputs.into_iter().flatten().collect()
}

pub async fn mixed<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    assert!(workers > 0, "workers must be at least 1");

    let places = Arc::new(Semaphore::new(workers));
    let all = jobs.iter().map(|job| {
        let (job, places) = (job.clone(), places.clone());
        async move {
            let fetch = job.clone();
            let data = AssertUnwindSafe(async move { fetch.fetch_async().await }).catch_unwind().await?;
            let place = places.acquire_owned().await.unwrap();
            let computed = spawn_blocking(move || {
                let _place = place;
                job.compute(data)
            });
            computed.await.map_err(|error| error.into_panic())
        }
    });
    let done: Vec<Result<J::Output, _>> = join_all(all).await;
    done.into_iter().map(|output| output.unwrap_or_else(|panic| resume_unwind(panic))).collect()
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

/// A semaphore: a thread for each job, and a few of them inside.
struct Gate {
    free: Mutex<usize>,
    freed: Condvar,
}

struct Place<'a>(&'a Gate);

impl Gate {
    fn enter(&self) -> Place<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self.freed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Place(self)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}
