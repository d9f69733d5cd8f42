//! A worker always has one job more in its pipe than it works on, so it never has to wait for the parent.

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
    fn send(&mut self, job: u64) {
        let _ = writeln!(self.child.stdin.as_mut().unwrap(), "{job}");
    }

    fn receive(&mut self) -> Option<u64> {
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
        let threads: Vec<_> = (0..workers.min(jobs.len()))
            .map(|_| {
                s.spawn(|| {
                    let mut mine = Vec::new();
                    let mut pair: Option<Pair> = None;
                    let mut sent = std::collections::VecDeque::new();
                    loop {
                        while sent.len() < 2 {
                            let i = next.fetch_add(1, Ordering::SeqCst);
                            if i >= jobs.len() {
                                break;
                            }
                            pair.get_or_insert_with(|| start(command())).send(jobs[i]);
                            sent.push_back(i);
                        }
                        let Some(i) = sent.pop_front() else { break };
                        match pair.as_mut().unwrap().receive() {
                            Some(answer) => mine.push((i, Ok(answer))),
                            None => {
                                let mut dead = pair.take().unwrap();
                                mine.push((i, Err(dead.child.wait().unwrap())));
                                // The second job in its pipe was not begun: to the next one with it.
                                for i in &sent {
                                    pair.get_or_insert_with(|| start(command())).send(jobs[*i]);
                                }
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
