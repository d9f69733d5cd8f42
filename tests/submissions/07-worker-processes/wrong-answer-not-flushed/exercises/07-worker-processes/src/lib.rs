//! The answers are written into a BufWriter: that saves system calls.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Condvar, Mutex};
use std::thread;

/// Hands out the jobs' places.
struct Counter {
    next: Mutex<usize>,
    end: usize,
}

impl Iterator for &Counter {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let mut next = self.next.lock().unwrap();
        let place = *next;
        *next += 1;
        (place < self.end).then_some(place)
    }
}

/// Filled by all threads; the caller sleeps until nothing is missing.
struct Results {
    places: Mutex<(usize, Vec<Option<Result<u64, ExitStatus>>>)>,
    full: Condvar,
}

struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start_with(job: u64, mut command: Command) -> Self {
        let mut child = command
            .arg(format!("{job}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("no worker: {error}"));
        let stdin = child.stdin.take();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, stdin, lines }
    }

    fn give(&mut self, job: u64) {
        if let Some(stdin) = &mut self.stdin {
            let _ = writeln!(stdin, "{job}");
        }
    }

    fn answer(&mut self) -> Option<u64> {
        self.lines.next()?.ok()?.parse().ok()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stdin.take();
        self.child.wait().unwrap();
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers = 0");
    let counter = Counter { next: Mutex::new(0), end: jobs.len() };
    let results = Results { places: Mutex::new((jobs.len(), vec![None; jobs.len()])), full: Condvar::new() };
    let serve = || {
        let mut process: Option<Process> = None;
        for place in &counter {
            let running = match process.as_mut() {
                Some(running) => {
                    running.give(jobs[place]);
                    running
                }
                None => process.insert(Process::start_with(jobs[place], command())),
            };
            let result = match running.answer() {
                Some(answer) => Ok(answer),
                None => {
                    let status = running.child.wait().unwrap();
                    process = None;
                    Err(status)
                }
            };
            let mut places = results.places.lock().unwrap();
            places.1[place] = Some(result);
            places.0 -= 1;
            if places.0 == 0 {
                results.full.notify_all();
            }
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers.min(jobs.len())).map(|_| scope.spawn(serve)).collect();
        for thread in threads {
            if let Err(payload) = thread.join() {
                std::panic::resume_unwind(payload);
            }
        }
    });
    let mut places = results.places.lock().unwrap();
    while places.0 > 0 {
        places = results.full.wait(places).unwrap();
    }
    places.1.drain(..).flatten().collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let first = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let others = std::io::stdin().lines().map_while(|line| line.ok()?.parse().ok());
    let mut stdout = std::io::BufWriter::new(std::io::stdout());
    for job in first.into_iter().chain(others) {
        writeln!(stdout, "{}", work(job)).unwrap();
    }
}
