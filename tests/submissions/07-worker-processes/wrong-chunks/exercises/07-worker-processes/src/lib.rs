//! Each worker gets its part of the jobs, all parts of the same size: nothing has to be shared.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;

struct Worker {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Worker {
    fn start(mut command: Command) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a worker starts");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn ask(&mut self, job: u64) -> Option<u64> {
        writeln!(self.child.stdin.as_mut().unwrap(), "{job}").ok()?;
        self.lines.next()?.ok()?.parse().ok()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.wait();
    }
}

/// Works a part with one worker, and with another one where that dies.
fn part(jobs: &[u64], command: &(impl Fn() -> Command + Sync)) -> Vec<Result<u64, ExitStatus>> {
    let mut worker: Option<Worker> = None;
    let mut results = Vec::new();
    for &job in jobs {
        let current = worker.get_or_insert_with(|| Worker::start(command()));
        match current.ask(job) {
            Some(answer) => results.push(Ok(answer)),
            None => {
                results.push(Err(current.child.wait().unwrap()));
                worker = None;
            }
        }
    }
    results
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must be at least one");
    let size = jobs.len().div_ceil(workers).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = jobs.chunks(size).map(|jobs| scope.spawn(|| part(jobs, &command))).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    for line in std::io::stdin().lines() {
        let job = line.unwrap().parse().unwrap();
        println!("{}", work(job));
    }
}
