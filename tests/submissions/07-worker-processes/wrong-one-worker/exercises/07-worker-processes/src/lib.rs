//! Works: all jobs, in a worker process. I start with one and will add the others later.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

struct Pair {
    child: Child,
    reader: BufReader<ChildStdout>,
}

fn start(mut command: Command) -> Pair {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("could not start a worker");
    let reader = BufReader::new(child.stdout.take().unwrap());
    Pair { child, reader }
}

impl Pair {
    fn ask(&mut self, job: u64) -> Option<u64> {
        let stdin = self.child.stdin.as_mut()?;
        writeln!(stdin, "{job}").ok()?;
        let mut line = String::new();
        self.reader.read_line(&mut line).ok()?;
        line.trim().parse().ok()
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers != 0, "there must be some workers");
    let next = AtomicUsize::new(0);
    let mut all: Vec<(usize, Result<u64, ExitStatus>)> = thread::scope(|s| {
        let threads: Vec<_> = (0..1.min(jobs.len()))
            .map(|_| {
                s.spawn(|| {
                    let mut mine = Vec::new();
                    let mut worker: Option<Pair> = None;
                    loop {
                        let i = next.fetch_add(1, Ordering::SeqCst);
                        if i >= jobs.len() {
                            break;
                        }
                        if worker.is_none() {
                            worker = Some(start(command()));
                        }
                        match worker.as_mut().unwrap().ask(jobs[i]) {
                            Some(answer) => mine.push((i, Ok(answer))),
                            None => {
                                let mut dead = worker.take().unwrap();
                                mine.push((i, Err(dead.child.wait().unwrap())));
                            }
                        }
                    }
                    mine
                })
            })
            .collect();
        threads.into_iter().flat_map(|t| t.join().unwrap()).collect()
    });
    all.sort_by_key(|(i, _)| *i);
    all.into_iter().map(|(_, result)| result).collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    for line in std::io::stdin().lines() {
        let Ok(line) = line else { return };
        let Ok(job) = line.trim().parse() else { return };
        println!("{}", work(job));
    }
}
