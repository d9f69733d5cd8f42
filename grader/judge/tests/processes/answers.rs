//! What students may write with worker processes, right and wrong: plain std.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub(crate) type Results = Vec<Result<u64, ExitStatus>>;

/// A parent's function.
pub(crate) type Answer = fn(&[u64], usize, &(dyn Fn() -> Command + Sync)) -> Results;

/// The worker's side of all: a job in a line, an answer in a line.
pub(crate) fn lines(work: impl Fn(u64) -> u64, padding: usize) {
    let mut out = std::io::stdout();
    for line in std::io::stdin().lines() {
        let Ok(job) = line.unwrap_or_default().trim_end_matches('.').parse() else { return };
        let sent = writeln!(out, "{}{}", work(job), ".".repeat(padding)).and_then(|()| out.flush());
        if sent.is_err() {
            return;
        }
    }
}

struct Worker {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

impl Worker {
    fn start(command: &dyn Fn() -> Command) -> Self {
        let mut child =
            command().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a worker starts");
        let to = child.stdin.take();
        let from = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, to, from }
    }

    /// `None`: it has ended before it answered.
    fn ask(&mut self, job: u64) -> Option<u64> {
        writeln!(self.to.as_mut()?, "{job}").ok()?;
        let mut line = String::new();
        self.from.read_line(&mut line).ok()?;
        line.trim_end().trim_end_matches('.').parse().ok()
    }

    fn end(mut self) -> ExitStatus {
        drop(self.to.take());
        self.child.wait().expect("it is a child")
    }
}

/// A thread for each worker; one that has died is replaced by `replace`.
fn threads(
    jobs: &[u64],
    workers: usize,
    command: &(dyn Fn() -> Command + Sync),
    last: impl Fn(Worker) + Sync,
) -> Results {
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..workers.min(jobs.len()) {
            scope.spawn(|| {
                let mut worker = None;
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(&job) = jobs.get(index) else { break };
                    let mut current = worker.take().unwrap_or_else(|| Worker::start(command));
                    let result = match current.ask(job) {
                        Some(answer) => {
                            worker = Some(current);
                            Ok(answer)
                        }
                        None => Err(current.end()),
                    };
                    results.lock().expect("no panic").push((index, result));
                }
                worker.map(&last);
            });
        }
    });
    let mut results = results.into_inner().expect("no panic");
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

pub(crate) fn pool(jobs: &[u64], workers: usize, command: &(dyn Fn() -> Command + Sync)) -> Results {
    threads(jobs, workers, command, |worker| {
        let _ = worker.end();
    })
}

/// Nobody waits for a worker.
pub(crate) fn zombies(jobs: &[u64], workers: usize, command: &(dyn Fn() -> Command + Sync)) -> Results {
    threads(jobs, workers, command, drop)
}

/// Workers live on, and wait for more.
pub(crate) fn orphans(jobs: &[u64], workers: usize, command: &(dyn Fn() -> Command + Sync)) -> Results {
    threads(jobs, workers, command, std::mem::forget)
}

/// Waits for the worker while it holds the pipe that the worker reads to its end.
pub(crate) fn stdin_kept(jobs: &[u64], workers: usize, command: &(dyn Fn() -> Command + Sync)) -> Results {
    threads(jobs, workers, command, |mut worker| {
        let to = worker.to.take();
        let _ = worker.end();
        drop(to);
    })
}

/// Sends everything before it reads anything: with long lines both pipes fill up.
pub(crate) fn writes_first(jobs: &[u64], _workers: usize, command: &(dyn Fn() -> Command + Sync)) -> Results {
    let mut worker = Worker::start(command);
    let padding = ".".repeat(100_000);
    for job in jobs {
        writeln!(worker.to.as_mut().expect("piped"), "{job}{padding}").expect("the worker reads");
    }
    Vec::new()
}

/// Starts one worker, and reads what it writes to the end: how many bytes, and how it ended.
pub(crate) fn reads_all(_: &[u64], _: usize, command: &(dyn Fn() -> Command + Sync)) -> Results {
    let worker = Worker::start(command);
    let mut bytes = Vec::new();
    let Worker { mut child, to, mut from } = worker;
    from.read_to_end(&mut bytes).expect("it is a pipe");
    drop(to);
    vec![Ok(bytes.len() as u64), Err(child.wait().expect("it is a child"))]
}
