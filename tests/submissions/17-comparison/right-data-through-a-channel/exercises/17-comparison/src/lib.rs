//! One future waits for all data, another computes what comes.

use std::collections::VecDeque;
use std::panic::resume_unwind;

use futures::StreamExt;
use futures::future::join;
use futures::stream::FuturesUnordered;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use tokio::sync::mpsc;
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
    // One future waits, the other computes what comes.
    let (sender, mut arrived) = mpsc::unbounded_channel();
    let waiting = async {
        let all = jobs.iter().enumerate().map(|(i, job)| {
            let sender = sender.clone();
            async move {
                let _ = sender.send((i, job.fetch_async().await));
            }
        });
        futures::future::join_all(all.collect::<Vec<_>>()).await;
        drop(sender);
    };
    let computing = async {
        let mut outputs: Vec<Option<J::Output>> = jobs.iter().map(|_| None).collect();
        for _ in 0..jobs.len() {
            let (i, data) = arrived.recv().await.expect("one for each job");
            outputs[i] = Some(jobs[i].compute(data));
            // Let the others look whether something has come.
            tokio::task::yield_now().await;
        }
        outputs
    };
    let ((), outputs) = join(waiting, computing).await;
    outputs.into_iter().flatten().collect()
}

pub async fn mixed<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    assert!(workers > 0, "workers must be at least 1");

    let mut fetching: FuturesUnordered<_> = (0..)
        .zip(jobs.iter().cloned())
        .map(|(i, job): (usize, J)| tokio::spawn(async move { (i, job.fetch_async().await) }))
        .collect();
    let mut computing = FuturesUnordered::new();
    let mut fetched: VecDeque<(usize, J::Data)> = VecDeque::new();
    let mut outputs: Vec<Option<J::Output>> = jobs.iter().map(|_| None).collect();
    let mut panic = None;
    while !(fetching.is_empty() && computing.is_empty() && fetched.is_empty()) {
        while computing.len() < workers
            && let Some((i, data)) = fetched.pop_front()
        {
            let job = jobs[i].clone();
            computing.push(spawn_blocking(move || (i, job.compute(data))));
        }
        tokio::select! {
            Some(done) = fetching.next() => match done {
                Ok(pair) => fetched.push_back(pair),
                Err(error) => panic = Some(error.into_panic()),
            },
            Some(done) = computing.next() => match done {
                Ok((i, output)) => outputs[i] = Some(output),
                Err(error) => panic = Some(error.into_panic()),
            },
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
    // By time, and then by price: `Approach` is ordered by that.
    let mut all =
        [Approach::Processes, Approach::Mixed, Approach::Threads, Approach::EventLoop, Approach::Sequential];
    all.sort_by_key(|approach| (predict(*approach, shape, machine), *approach));
    all[0]
}
