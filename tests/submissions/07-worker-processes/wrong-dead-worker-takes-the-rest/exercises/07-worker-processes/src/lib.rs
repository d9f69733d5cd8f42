//! The jobs are dealt out beforehand. If a worker dies, what it would still have worked gets its status.

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

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must be at least one");
    let size = jobs.len().div_ceil(workers).max(1);
    let part = |jobs: &[u64]| {
        let mut worker = Worker::start(command());
        let answers: Vec<Option<u64>> = jobs.iter().map(|&job| worker.ask(job)).collect();
        let status = worker.child.wait().unwrap();
        answers.into_iter().map(|answer| answer.ok_or(status)).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let part = &part;
        let parts: Vec<_> = jobs.chunks(size).map(|jobs| scope.spawn(move || part(jobs))).collect();
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
