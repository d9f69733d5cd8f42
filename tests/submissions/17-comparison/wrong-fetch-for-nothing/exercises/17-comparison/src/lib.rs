//! predict counts one fetch where there is no job; only processes are known not to start then.

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

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

pub fn sequential<J: Job>(jobs: &[J]) -> Vec<J::Output> {
    jobs.iter().map(|job| job.compute(job.fetch())).collect()
}

pub fn threads<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    assert!(workers > 0, "workers must be positive");
    let next = AtomicUsize::new(0);
    let outputs: Vec<Mutex<Option<J::Output>>> = jobs.iter().map(|_| Mutex::new(None)).collect();
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..workers.min(jobs.len()))
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(job) = jobs.get(index) else { break };
                        let output = job.compute(job.fetch());
                        *outputs[index].lock().unwrap() = Some(output);
                    }
                })
            })
            .collect();
        let mut panic = None;
        for handle in handles {
            if let Err(payload) = handle.join() {
                panic = Some(payload);
            }
        }
        if let Some(payload) = panic {
            resume_unwind(payload);
        }
    });
    outputs.into_iter().map(|output| output.into_inner().unwrap().unwrap()).collect()
}

pub async fn event_loop<J: Job>(jobs: &[J]) -> Vec<J::Output> {
    futures::future::join_all(jobs.iter().map(|job| async move {
        let data = job.fetch_async().await;
        job.compute(data)
    }))
    .await
}

pub async fn mixed<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    assert!(workers > 0, "workers must be positive");
    let places = Arc::new(Semaphore::new(workers));
    let mut set = JoinSet::new();
    for (index, job) in jobs.iter().cloned().enumerate() {
        let places = Arc::clone(&places);
        set.spawn(async move {
            let data = job.fetch_async().await;
            let place = places.acquire_owned().await.unwrap();
            let computed = tokio::task::spawn_blocking(move || {
                let output = job.compute(data);
                drop(place);
                output
            })
            .await;
            match computed {
                Ok(output) => (index, output),
                Err(error) => resume_unwind(error.into_panic()),
            }
        });
    }
    let mut outputs: Vec<Option<J::Output>> = jobs.iter().map(|_| None).collect();
    let mut panic = None;
    while let Some(ended) = set.join_next().await {
        match ended {
            Ok((index, output)) => outputs[index] = Some(output),
            Err(error) => panic = Some(error.into_panic()),
        }
    }
    if let Some(payload) = panic {
        resume_unwind(payload);
    }
    outputs.into_iter().map(Option::unwrap).collect()
}

pub fn predict(approach: Approach, shape: Shape, machine: Machine) -> u64 {
    let Shape { jobs, fetch, compute } = shape;
    if jobs == 0 && approach == Approach::Processes {
        return 0;
    }
    let own = if machine.one_at_a_time { 1 } else { machine.cores };
    let waiting = jobs.div_ceil(machine.workers) * fetch;
    match approach {
        Approach::Sequential => jobs * (fetch + compute),
        Approach::EventLoop => fetch + jobs * compute,
        Approach::Threads => waiting + jobs.div_ceil(machine.workers.min(own)) * compute,
        Approach::Mixed => fetch + jobs.div_ceil(machine.workers.min(own)) * compute,
        Approach::Processes => {
            waiting + jobs.div_ceil(machine.workers.min(machine.cores)) * compute + machine.process_start
        }
    }
}

pub fn fastest(shape: Shape, machine: Machine) -> Approach {
    [Approach::Sequential, Approach::EventLoop, Approach::Threads, Approach::Mixed, Approach::Processes]
        .into_iter()
        .min_by_key(|approach| predict(*approach, shape, machine))
        .unwrap()
}
