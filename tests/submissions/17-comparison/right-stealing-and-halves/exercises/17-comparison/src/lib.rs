//! Threads steal from one another, and lists are split in halves.

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
    let mut outputs = Vec::with_capacity(jobs.len());
    let mut rest = jobs;
    while let [first, others @ ..] = rest {
        let data = first.fetch();
        outputs.push(first.compute(data));
        rest = others;
    }
    outputs
}

/// Work stealing, although one injector is all that is needed here.
pub fn threads<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    use crossbeam::deque::{Injector, Steal};
    if workers == 0 { panic!("`workers` is 0: nobody would work"); }
    let injector = Injector::new();
    for indexed in jobs.iter().enumerate() { injector.push(indexed); }
    let steal = || loop {
        match injector.steal() {
            Steal::Success(found) => return Some(found),
            Steal::Empty => return None,
            Steal::Retry => std::hint::spin_loop(),
        }
    };
    let (sender, receiver) = std::sync::mpsc::channel();
    let finished = crossbeam::scope(|scope| {
        for _ in 0..workers {
            let sender = sender.clone();
            let steal = &steal;
            scope.spawn(move |_| while let Some((index, job)) = steal() {
                let _ = sender.send((index, job.compute(job.fetch())));
            });
        }
    });
    if finished.is_err() { panic!("at least one job panicked"); }
    drop(sender);
    let mut outputs: Vec<_> = receiver.into_iter().collect();
    outputs.sort_by_key(|(index, _)| *index);
    outputs.into_iter().map(|(_, output)| output).collect()
}

/// Divide and conquer: half of the jobs beside the other half.
pub async fn event_loop<J: Job>(jobs: &[J]) -> Vec<J::Output> {
    match jobs {
        [] => Vec::new(),
        [job] => vec![job.compute(job.fetch_async().await)],
        _ => {
            let (left, right) = jobs.split_at(jobs.len() / 2);
            let (mut left, mut right) = futures::join!(Box::pin(event_loop(left)), Box::pin(event_loop(right)));
            left.append(&mut right);
            left
        }
    }
}

/// `workers` blocking closures take what was fetched from a channel, and put outputs into another one.
pub async fn mixed<J: Job>(jobs: &[J], workers: usize) -> Vec<J::Output> {
    use tokio::sync::mpsc;
    assert!(workers != 0, "mixed needs workers");
    let (data_in, data_out) = crossbeam::channel::unbounded::<(usize, J, J::Data)>();
    let (out, mut results) = mpsc::unbounded_channel();
    let mut hands = tokio::task::JoinSet::new();
    for _ in 0..workers.min(jobs.len()) {
        let (data_out, out) = (data_out.clone(), out.clone());
        hands.spawn_blocking(move || {
            for (index, job, data) in data_out {
                let computed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job.compute(data)));
                let _ = out.send((index, computed));
            }
        });
    }
    drop((data_out, out));
    let fetched = {
        let data_in = data_in;
        let fetches = jobs.iter().cloned().enumerate().map(|(index, job)| {
            let data_in = data_in.clone();
            let fetch = async move { let data = job.fetch_async().await; data_in.send((index, job, data)).unwrap(); };
            futures::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(fetch))
        });
        let fetches: Vec<_> = fetches.collect();
        drop(data_in);
        futures::future::join_all(fetches).await
    };
    let mut outputs: Vec<Option<J::Output>> = std::iter::repeat_with(|| None).take(jobs.len()).collect();
    let mut trouble = fetched.into_iter().find_map(Result::err);
    while let Some((index, computed)) = results.recv().await {
        match computed { Ok(output) => outputs[index] = Some(output), Err(payload) => trouble = Some(payload) }
    }
    while hands.join_next().await.is_some() {}
    if let Some(payload) = trouble { std::panic::resume_unwind(payload) }
    outputs.into_iter().flatten().collect()
}

struct Cost { waiting_lanes: Option<u64>, computing_lanes: u64, start: u64 }

#[must_use]
pub fn predict(approach: Approach, shape: Shape, machine: Machine) -> u64 {
    let gil = if machine.one_at_a_time { 1 } else { machine.cores };
    let cost = match approach {
        Approach::Sequential => Cost { waiting_lanes: Some(1), computing_lanes: 1, start: 0 },
        Approach::EventLoop => Cost { waiting_lanes: None, computing_lanes: 1, start: 0 },
        Approach::Threads => Cost { waiting_lanes: Some(machine.workers), computing_lanes: gil.min(machine.workers), start: 0 },
        Approach::Mixed => Cost { waiting_lanes: None, computing_lanes: gil.min(machine.workers), start: 0 },
        Approach::Processes => Cost { waiting_lanes: Some(machine.workers), computing_lanes: machine.cores.min(machine.workers), start: machine.process_start },
    };
    if shape.jobs == 0 { return 0; }
    if approach == Approach::Sequential { return shape.jobs * shape.fetch + shape.jobs * shape.compute; }
    let rounds = |lanes: u64| { let mut left = shape.jobs; let mut rounds = 0; while left > 0 { left = left.saturating_sub(lanes); rounds += 1; } rounds };
    let waiting = cost.waiting_lanes.map_or(1, |lanes| if shape.compute == 0 { rounds(lanes) } else { 1 }) * shape.fetch;
    cost.start + waiting + rounds(cost.computing_lanes) * shape.compute
}

#[must_use]
pub fn fastest(shape: Shape, machine: Machine) -> Approach {
    use Approach::*;
    let mut ranking = vec![Sequential, EventLoop, Threads, Mixed, Processes];
    ranking.sort_by_cached_key(|approach| (predict(*approach, shape, machine), *approach));
    ranking[0]
}
