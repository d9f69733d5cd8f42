//! Everybody gets a job, everybody's answer is read, then comes the next round.

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
    let mut team: Vec<Worker> = (0..workers.min(jobs.len())).map(|_| Worker::start(command())).collect();
    let mut results = Vec::with_capacity(jobs.len());
    for round in jobs.chunks(workers) {
        for (worker, job) in team.iter_mut().zip(round) {
            let _ = writeln!(worker.child.stdin.as_mut().unwrap(), "{job}");
        }
        for worker in team.iter_mut().take(round.len()) {
            let answer = worker.lines.next().and_then(|line| line.ok()?.parse().ok());
            results.push(answer.ok_or_else(|| {
                let status = worker.child.wait().unwrap();
                if results.len() + 1 < jobs.len() {
                    *worker = Worker::start(command());
                }
                status
            }));
        }
    }
    results
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
