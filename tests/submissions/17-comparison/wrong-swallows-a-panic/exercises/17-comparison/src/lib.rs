//! What joining gives is thrown away.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex};
use std::thread;

use crossbeam::channel;
use futures::future::join_all;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

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

    let queue = Arc::new(Mutex::new(jobs.to_vec().into_iter().enumerate()));
    let outputs = Arc::new(Mutex::new(Vec::new()));
    let handles: Vec<_> = (0..workers.min(jobs.len()))
        .map(|_| {
            let (queue, outputs) = (queue.clone(), outputs.clone());
            thread::spawn(move || {
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some((i, job)) = next else { break };
                    let output = job.compute(job.fetch());
                    outputs.lock().unwrap().push((i, output));
                }
            })
        })
        .collect();
    for handle in handles {
        let _ = handle.join();
    }
    let mut outputs: Vec<(usize, J::Output)> = std::mem::take(&mut *outputs.lock().unwrap());
    outputs.sort_by_key(|(i, _)| *i);
    outputs.into_iter().map(|(_, output)| output).collect()
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

    let (hand_over, to_compute) =
        channel::unbounded::<(J, J::Data, oneshot::Sender<thread::Result<J::Output>>)>();
    for _ in 0..workers {
        let to_compute = to_compute.clone();
        // It ends when nobody can send it anything any more.
        thread::spawn(move || {
            for (job, data, reply) in to_compute {
                let _ = reply.send(catch_unwind(AssertUnwindSafe(|| job.compute(data))));
            }
        });
    }
    let tasks = jobs.iter().cloned().map(|job| {
        let hand_over = hand_over.clone();
        tokio::spawn(async move {
            let data = job.fetch_async().await;
            let (reply, computed) = oneshot::channel();
            hand_over.send((job, data, reply)).unwrap();
            computed.await.unwrap()
        })
    });
    let done = join_all(tasks.collect::<Vec<_>>()).await;
    let flat = done.into_iter().map(|task| task.unwrap_or_else(|error| Err(error.into_panic())));
    flat.map(|output| output.unwrap_or_else(|panic| resume_unwind(panic))).collect()
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
