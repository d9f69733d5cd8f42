//! One thread for everything: it listens to worker 0, then to worker 1, ... and whoever has answered gets the next job.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

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

    fn give(&mut self, job: u64) {
        let _ = writeln!(self.child.stdin.as_mut().unwrap(), "{job}");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.wait();
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must be at least one");
    let mut results = vec![None; jobs.len()];
    let mut next = 0;
    let mut team: Vec<(Worker, usize)> = Vec::new();
    while next < workers.min(jobs.len()) {
        let mut worker = Worker::start(command());
        worker.give(jobs[next]);
        team.push((worker, next));
        next += 1;
    }
    while !team.is_empty() {
        let mut on = Vec::new();
        for (mut worker, place) in team {
            match worker.lines.next() {
                Some(line) => results[place] = Some(Ok(line.unwrap().parse().unwrap())),
                None => {
                    results[place] = Some(Err(worker.child.wait().unwrap()));
                    if next < jobs.len() {
                        worker = Worker::start(command());
                    }
                }
            }
            if next < jobs.len() {
                worker.give(jobs[next]);
                on.push((worker, next));
                next += 1;
            }
        }
        team = on;
    }
    results.into_iter().map(|result| result.unwrap()).collect()
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
