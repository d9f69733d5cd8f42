//! Exercise 17: the same work four ways, and which one wins (Python: sequential, `threading`, `multiprocessing`, `asyncio`).
//!
//! Fill in the bodies of [`sequential`], [`threads`], [`event_loop`], [`mixed`], [`predict`] and [`fastest`], in any order. The lesson, with
//! hints, is in `README.md` beside this package's `Cargo.toml`; check your answer with `cargo test -p exercise-17`.
//!
//! What a caller promises: there are at most 300 jobs and at most 64 workers, of which there may be more than jobs or cores.

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

/// Works the jobs one after another, on the calling thread. Output i belongs to `jobs[i]`.
///
/// # Panics
/// Panics if a job does.
pub fn sequential<J: Job>(jobs: &[J]) -> Vec<J::Output> {
    let _ = jobs;
    todo!()
}

/// Works the jobs on `workers` threads; the calling one may be one of them. Output i belongs to `jobs[i]`.
///
/// A job starts whenever a thread is free, and keeps it to its end, so that at most `workers` are fetched or computed at any time.
///
/// # Panics
/// Panics if `workers` is 0, with a message that contains `workers`, and if a job panics. Nothing of the call is in progress then.
pub fn threads<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    let _ = (jobs, workers);
    todo!()
}

/// Works the jobs on the caller's event loop alone. Output i belongs to `jobs[i]`.
///
/// It is awaited inside a single-threaded tokio runtime. There is no other thread: all jobs are fetched at the same time by `fetch_async`,
/// and each is computed as its data arrives, or as soon as the loop is free then.
///
/// # Panics
/// Panics if a job does. Nothing of the call is in progress then.
pub async fn event_loop<J: Job>(jobs: &[J]) -> Vec<J::Output> {
    let _ = jobs;
    todo!()
}

/// Fetches all jobs at the same time on the caller's event loop by `fetch_async`, and computes on `workers` other threads. Output i
/// belongs to `jobs[i]`.
///
/// It is awaited inside a single-threaded tokio runtime, whose thread is never blocked. Each job is computed as its data arrives, or as
/// soon as fewer than `workers` are.
///
/// # Panics
/// Panics if `workers` is 0, with a message that contains `workers`, when it is first polled at the latest; and if a job panics.
/// Nothing of the call is in progress then.
pub async fn mixed<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    let _ = (jobs, workers);
    todo!()
}

/// How many ticks `approach` takes.
///
/// It is asked for shapes that only fetch, only compute, or have no more jobs than there are workers; for at least one core and one
/// worker; and for numbers with which no approach comes to 2^64 ticks.
#[must_use]
pub fn predict(approach: Approach, shape: Shape, machine: Machine) -> u64 {
    let _ = (approach, shape, machine);
    todo!()
}

/// The approach that takes the fewest ticks; of several the cheapest, which is the first of [`Approach`]. It is asked as [`predict`] is.
#[must_use]
pub fn fastest(shape: Shape, machine: Machine) -> Approach {
    let _ = (shape, machine);
    todo!()
}
