//! One loop with what is fetched, what waits and what is computed.

use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
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
    let mut outputs = Vec::with_capacity(jobs.len());
    for job in jobs {
        let data = job.fetch();
        outputs.push(job.compute(data));
    }
    outputs
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
    let mut set = JoinSet::new();
    for (i, job) in jobs.iter().cloned().enumerate() {
        set.spawn(async move { (i, job.compute(job.fetch_async().await)) });
    }
    let mut outputs: Vec<Option<J::Output>> = jobs.iter().map(|_| None).collect();
    while let Some(done) = set.join_next().await {
        match done {
            Ok((i, output)) => outputs[i] = Some(output),
            Err(error) => {
                // The others end first.
                set.shutdown().await;
                resume_unwind(error.into_panic());
            }
        }
    }
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
