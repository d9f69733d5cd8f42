//! A worker that has had a hundred jobs may have leaked something: a fresh one takes its place, as with `maxtasksperchild`.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Works every job in one of `workers` worker processes; result i belongs to `jobs[i]`.
///
/// # Panics
///
/// If `workers` is 0, if `command` panics, or if a worker process cannot be started.
pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let queue = Queue { jobs, next: AtomicUsize::new(0) };
    let mut results: Vec<Option<Result<u64, ExitStatus>>> = vec![None; jobs.len()];
    thread::scope(|scope| {
        let place = || scope.spawn(|| work_in_one_place(&queue, &command));
        let places: Vec<_> = (0..workers.min(jobs.len())).map(|_| place()).collect();
        for place in places {
            for (index, result) in place.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload)) {
                results[index] = Some(result);
            }
        }
    });
    results.into_iter().map(|result| result.expect("every job was taken by some place")).collect()
}

/// The jobs, each given out once.
struct Queue<'a> {
    jobs: &'a [u64],
    next: AtomicUsize,
}

impl Queue<'_> {
    /// The next job and its index.
    fn take(&self) -> Option<(usize, u64)> {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        self.jobs.get(index).map(|&job| (index, job))
    }
}

/// Works jobs, one at a time, until the queue is empty: results with their indices.
fn work_in_one_place(
    queue: &Queue<'_>,
    command: impl Fn() -> Command,
) -> Vec<(usize, Result<u64, ExitStatus>)> {
    let mut idle: Option<Worker> = None;
    let mut results = Vec::new();
    while let Some((index, job)) = queue.take() {
        let mut worker = idle.take().unwrap_or_else(|| Worker::start(command()));
        let result = match worker.ask(job) {
            Ok(answer) => {
                if results.len() % 100 != 99 {
                    idle = Some(worker);
                } // a fresh process now and then: leaks
                Ok(answer)
            }
            // Its end of the pipes is gone, and so is the process, in this moment or the next.
            Err(_) => Err(worker.end()),
        };
        results.push((index, result));
    }
    results
}

/// A process that runs [`worker`].
struct Worker(Child);

impl Worker {
    fn start(mut command: Command) -> Self {
        Self(
            command
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("a worker process can be started"),
        )
    }

    /// Sends a job and waits for its answer; an error if the process ends first.
    fn ask(&mut self, job: u64) -> io::Result<u64> {
        let (Some(to), Some(from)) = (&mut self.0.stdin, &mut self.0.stdout) else {
            unreachable!("both were asked for as pipes, and stay here");
        };
        to.write_all(&job.to_le_bytes())?;
        read_number(from)
    }

    /// Waits for the process. Its standard input is closed first, by `wait`, so an idle one ends.
    fn end(&mut self) -> ExitStatus {
        self.0.wait().expect("nobody else waits for this process")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Once it has been waited for, this gives the same status again. A drop may be part of a panic: it adds none.
        let _ = self.0.wait();
    }
}

/// What a worker process does: a job in, an answer out, until there are no more.
pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let mut answers = io::stdout();
    // No further job, or no parent: the input ends either way.
    while let Ok(job) = read_number(&mut io::stdin()) {
        let answer = work(job).to_le_bytes();
        if answers.write_all(&answer).and_then(|()| answers.flush()).is_err() {
            return;
        }
    }
}

fn read_number(from: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    from.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}
