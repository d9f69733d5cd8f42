//! Believes that an `f64` holds every whole number.

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


pub fn sequential<J: Job>(jobs: &[J]) -> Vec<J::Output> { jobs.iter().map(|job| job.compute(job.fetch())).collect() }

pub fn threads<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    assert!(workers > 0, "workers must not be 0");
    let next = std::sync::atomic::AtomicUsize::new(0);
    let mut outputs: Vec<Option<J::Output>> = jobs.iter().map(|_| None).collect();
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..workers.min(jobs.len())).map(|_| scope.spawn(|| {
            let mut mine = Vec::new();
            loop {
                let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let Some(job) = jobs.get(index) else { return mine };
                mine.push((index, job.compute(job.fetch())));
            }
        })).collect();
        for handle in handles {
            match handle.join() {
                Ok(mine) => for (index, output) in mine { outputs[index] = Some(output); },
                Err(payload) => std::panic::resume_unwind(payload),
            }
        }
    });
    outputs.into_iter().map(Option::unwrap).collect()
}

pub async fn event_loop<J: Job>(jobs: &[J]) -> Vec<J::Output> {
    futures::future::join_all(jobs.iter().map(async |job| job.compute(job.fetch_async().await))).await
}

pub async fn mixed<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    assert!(workers > 0, "workers must not be 0");
    use futures::FutureExt;
    let places = &tokio::sync::Semaphore::new(workers);
    let outcomes = futures::future::join_all(jobs.iter().map(|job| std::panic::AssertUnwindSafe(async move {
        let data = job.fetch_async().await;
        let _place = places.acquire().await.unwrap();
        let job = job.clone();
        match tokio::task::spawn_blocking(move || job.compute(data)).await {
            Ok(output) => output,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }).catch_unwind())).await;
    outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(|payload| std::panic::resume_unwind(payload))).collect()
}

#[must_use]
pub fn predict(approach: Approach, shape: Shape, machine: Machine) -> u64 {
    let Shape { jobs, fetch, compute } = shape;
    let Machine { cores, workers, one_at_a_time, process_start } = machine;
    if jobs == 0 { return 0; }
    let at_once = if one_at_a_time { 1 } else { cores };
    let shared = |cores: u64| {
        if compute == 0 { ((jobs as f64 / workers as f64).ceil() * fetch as f64) as u64 } else { (fetch as f64 + (jobs as f64 / workers.min(cores) as f64).ceil() * compute as f64) as u64 }
    };
    match approach {
        Approach::Sequential => jobs * (fetch + compute),
        Approach::EventLoop => fetch + jobs * compute,
        Approach::Threads => shared(at_once),
        Approach::Mixed => fetch + jobs.div_ceil(workers.min(at_once)) * compute,
        Approach::Processes => process_start + shared(cores),
    }
}

#[must_use]
pub fn fastest(shape: Shape, machine: Machine) -> Approach {
    let all = [Approach::Sequential, Approach::EventLoop, Approach::Threads, Approach::Mixed, Approach::Processes];
    all.into_iter().min_by_key(|approach| predict(*approach, shape, machine)).unwrap()
}
