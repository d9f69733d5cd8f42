//! An executor as in Python, with `submit` and `shutdown`: threads wait on a Condvar for jobs, each with a process of its own, and
//! every job has a place where its result will be.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, Scope};

type Outcome = Result<u64, ExitStatus>;

#[derive(Default)]
struct Future {
    outcome: Mutex<Option<Outcome>>,
    done: Condvar,
}

impl Future {
    fn set(&self, outcome: Outcome) {
        *self.outcome.lock().unwrap() = Some(outcome);
        self.done.notify_all();
    }

    fn result(&self) -> Outcome {
        let mut outcome = self.outcome.lock().unwrap();
        loop {
            match *outcome {
                Some(outcome) => return outcome,
                None => outcome = self.done.wait(outcome).unwrap(),
            }
        }
    }
}

#[derive(Default)]
struct State {
    queue: VecDeque<(u64, Arc<Future>)>,
    shut: bool,
    broken: bool,
}

#[derive(Default)]
struct Executor {
    state: Mutex<State>,
    changed: Condvar,
}

impl Executor {
    fn submit(&self, job: u64) -> Arc<Future> {
        let future = Arc::new(Future::default());
        self.state.lock().unwrap().queue.push_back((job, future.clone()));
        self.changed.notify_one();
        future
    }

    fn shutdown(&self) {
        self.state.lock().unwrap().shut = true;
        self.changed.notify_all();
    }

    fn next(&self) -> Option<(u64, Arc<Future>)> {
        let mut state = self.state.lock().unwrap();
        loop {
            if state.broken {
                return None;
            }
            if let Some(job) = state.queue.pop_front() {
                return Some(job);
            }
            if state.shut {
                return None;
            }
            state = self.changed.wait(state).unwrap();
        }
    }

    fn serve(&self, command: &(impl Fn() -> Command + Sync)) {
        // If no process can be had, nobody must wait for this one's results.
        let guard = Breaks(self);
        let mut process: Option<Process> = None;
        while let Some((job, future)) = self.next() {
            let mut running = process.take().unwrap_or_else(|| Process::start(command()));
            match running.ask(job) {
                Some(answer) => {
                    process = Some(running);
                    future.set(Ok(answer));
                }
                None => future.set(Err(running.stop())),
            }
        }
        std::mem::forget(guard);
    }

    fn run<'s, 'e>(
        &'s self,
        workers: usize,
        scope: &'s Scope<'s, 'e>,
        command: &'s (impl Fn() -> Command + Sync),
    ) {
        for _ in 0..workers {
            scope.spawn(move || self.serve(command));
        }
    }
}

struct Breaks<'a>(&'a Executor);

impl Drop for Breaks<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state.lock().unwrap();
        state.broken = true;
        state.queue.clear();
        drop(state);
        self.0.changed.notify_all();
    }
}

struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Process {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a worker");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, stdout }
    }

    fn ask(&mut self, job: u64) -> Option<u64> {
        writeln!(self.child.stdin.as_mut()?, "{job}").ok()?;
        let mut line = String::new();
        self.stdout.read_line(&mut line).ok()?;
        line.strip_suffix('\n')?.parse().ok()
    }

    fn stop(&mut self) -> ExitStatus {
        self.child.wait().expect("it can be waited for")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "ProcessPool: workers must be greater than 0");
    let executor = Executor::default();
    let futures: Vec<_> = jobs.iter().map(|&job| executor.submit(job)).collect();
    executor.shutdown();
    thread::scope(|scope| executor.run(workers, scope, &command));
    futures.iter().map(|future| future.result()).collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    for line in std::io::stdin().lock().lines() {
        match line.map(|line| line.parse()) {
            Ok(Ok(job)) => println!("{}", work(job)),
            _ => break,
        }
    }
}
