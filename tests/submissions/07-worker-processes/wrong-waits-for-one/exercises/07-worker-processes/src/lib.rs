//! When the jobs are done the workers are told so, and the call waits for the end.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Mutex;
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

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must be at least one");
    let queue = Mutex::new(jobs.iter().copied().enumerate());
    let results = Mutex::new(vec![None; jobs.len()]);
    let resting = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..workers.min(jobs.len()) {
            scope.spawn(|| {
                let mut worker: Option<Worker> = None;
                loop {
                    let taken = queue.lock().unwrap().next();
                    let Some((place, job)) = taken else { break };
                    let mut current = worker.take().unwrap_or_else(|| Worker::start(command()));
                    let result = match current.ask(job) {
                        Some(answer) => {
                            worker = Some(current);
                            Ok(answer)
                        }
                        None => Err(current.child.wait().unwrap()),
                    };
                    results.lock().unwrap()[place] = Some(result);
                }
                if let Some(Worker { mut child, .. }) = worker {
                    drop(child.stdin.take());
                    resting.lock().unwrap().push(child);
                }
            });
        }
    });
    if let Some(child) = resting.lock().unwrap().last_mut() {
        child.wait().unwrap();
    }
    results.into_inner().unwrap().into_iter().map(Option::unwrap).collect()
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
