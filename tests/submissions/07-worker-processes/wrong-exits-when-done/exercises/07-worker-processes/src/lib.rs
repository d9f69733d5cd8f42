//! All jobs are done, so the program may end: that also gets rid of the workers.

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
        jobs.iter()
            .map(|&job| worker.ask(job).ok_or_else(|| worker.child.wait().unwrap()))
            .collect::<Vec<_>>()
    };
    let results: Vec<_> = thread::scope(|scope| {
        let part = &part;
        let parts: Vec<_> = jobs.chunks(size).map(|jobs| scope.spawn(move || part(jobs))).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    eprintln!("{} results", results.len());
    std::process::exit(0);
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
