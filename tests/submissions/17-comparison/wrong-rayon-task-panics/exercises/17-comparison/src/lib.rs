//! mixed hands each computation to a rayon pool by spawn, and lets it panic there.

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

use futures::future::{BoxFuture, FutureExt, select_all};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use tokio::sync::mpsc;

pub fn sequential<J: Job>(jobs: &[J]) -> Vec<J::Output> {
    let data: Vec<_> = jobs.iter().map(Job::fetch).collect();
    jobs.iter().zip(data).map(|(job, data)| job.compute(data)).collect()
}

pub fn threads<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    assert!(workers > 0, "there must be workers");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    let list = Mutex::new((0..jobs.len()).collect::<std::collections::BTreeSet<usize>>());
    let parts = pool.broadcast(|_| {
        let mut part = vec![];
        while let Some(index) = { list.lock().unwrap().pop_first() } {
            match catch_unwind(AssertUnwindSafe(|| jobs[index].compute(jobs[index].fetch()))) {
                Ok(output) => part.push((index, output)),
                Err(panic) => return Err(panic),
            }
        }
        Ok(part)
    });
    let mut sorted = std::collections::BTreeMap::new();
    for part in parts {
        sorted.extend(part.unwrap_or_else(|panic| resume_unwind(panic)));
    }
    sorted.into_values().collect()
}

pub async fn event_loop<J: Job>(jobs: &[J]) -> Vec<J::Output> {
    let mut futures: Vec<BoxFuture<'_, (usize, J::Data)>> = Vec::new();
    for (index, job) in jobs.iter().enumerate() {
        futures.push(async move { (index, job.fetch_async().await) }.boxed());
    }
    let mut outputs: Vec<_> = jobs.iter().map(|_| None).collect();
    while !futures.is_empty() {
        let ((index, data), _, rest) = select_all(futures).await;
        futures = rest;
        outputs[index] = Some(jobs[index].compute(data));
    }
    outputs.into_iter().map(Option::unwrap).collect()
}

pub async fn mixed<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    assert!(workers > 0, "there must be workers");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    let (tell, mut told) = mpsc::unbounded_channel();
    let fetching = async {
        let all = jobs.iter().enumerate().map(|(index, job)| {
            let tell = tell.clone();
            let pool = &pool;
            async move {
                match AssertUnwindSafe(job.fetch_async()).catch_unwind().await {
                    Ok(data) => {
                        let job = job.clone();
                        pool.spawn_fifo(move || {
                            let _ = tell.send((index, Ok(job.compute(data))));
                        });
                    }
                    Err(panic) => {
                        let _ = tell.send((index, Err(panic)));
                    }
                }
            }
        });
        futures::future::join_all(all).await;
    };
    let hearing = async {
        let mut outputs: Vec<_> = jobs.iter().map(|_| None).collect();
        for _ in 0..jobs.len() {
            let (index, output) = told.recv().await.unwrap();
            outputs[index] = Some(output);
        }
        outputs
    };
    let ((), outputs) = tokio::join!(fetching, hearing);
    outputs.into_iter().flatten().map(|output| output.unwrap_or_else(|panic| resume_unwind(panic))).collect()
}

/// Plays it: when is each place free again?
fn played(jobs: u64, places: u64, each: u64) -> u64 {
    let full = jobs / places;
    let more = u64::from(jobs % places != 0);
    (full + more) * each
}

pub fn predict(approach: Approach, shape: Shape, machine: Machine) -> u64 {
    let Shape { jobs, fetch, compute } = shape;
    let Machine { cores, workers, one_at_a_time, process_start } = machine;
    if let Approach::Processes = approach {
        let alone = Machine { one_at_a_time: false, ..machine };
        return if jobs > 0 { process_start + predict(Approach::Threads, shape, alone) } else { 0 };
    }
    let places = if one_at_a_time { 1 } else { cores.min(workers) };
    if jobs == 0 {
        return 0;
    }
    match approach {
        Approach::Sequential => played(jobs, 1, fetch) + played(jobs, 1, compute),
        Approach::EventLoop => fetch + played(jobs, 1, compute),
        Approach::Threads => played(jobs, workers, fetch) + played(jobs, places, compute),
        Approach::Mixed => fetch + played(jobs, places, compute),
        Approach::Processes => unreachable!(),
    }
}

pub fn fastest(shape: Shape, machine: Machine) -> Approach {
    use Approach::*;
    let times =
        [Sequential, EventLoop, Threads, Mixed, Processes].map(|way| (predict(way, shape, machine), way));
    times.into_iter().min().unwrap().1
}
