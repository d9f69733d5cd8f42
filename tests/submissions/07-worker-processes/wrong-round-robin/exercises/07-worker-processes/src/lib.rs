//! Worker w gets the jobs w, w + n, w + 2n, ...: that spreads expensive neighbours.

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
    let mut results = vec![None; jobs.len()];
    thread::scope(|scope| {
        let command = &command;
        let hand: Vec<_> = (0..workers.min(jobs.len()))
            .map(|first| {
                scope.spawn(move || {
                    let mut worker: Option<Worker> = None;
                    let mut mine = vec![];
                    for place in (first..jobs.len()).step_by(workers) {
                        let mut current = worker.take().unwrap_or_else(|| Worker::start(command()));
                        match current.ask(jobs[place]) {
                            Some(answer) => {
                                mine.push((place, Ok(answer)));
                                worker = Some(current);
                            }
                            None => mine.push((place, Err(current.child.wait().unwrap()))),
                        }
                    }
                    mine
                })
            })
            .collect();
        for thread in hand {
            for (place, result) in thread.join().unwrap() {
                results[place] = Some(result);
            }
        }
    });
    results.into_iter().flatten().collect()
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
