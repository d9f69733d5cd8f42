//! The buffer for the answer holds zeros before; where it still does, the worker is taken for dead.

use std::io::{Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, Scope};

enum Event {
    Answered(usize, usize, u64),
    Died(usize, usize, ExitStatus),
}

struct Line {
    jobs: Option<Sender<(usize, u64)>>,
}

fn hire<'s>(scope: &'s Scope<'s, '_>, number: usize, mut command: Command, events: Sender<Event>) -> Line {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("could not start a worker process");
    let (jobs, mine) = mpsc::channel::<(usize, u64)>();
    scope.spawn(move || {
        let mut input = child.stdin.take().unwrap();
        let mut output = child.stdout.take().unwrap();
        for (index, job) in mine {
            let mut answer = [0; 8];
            let asked = input.write_all(&job.to_le_bytes()).and_then(|()| output.read_exact(&mut answer));
            if asked.is_err() || answer == [0; 8] {
                let status = child.wait().unwrap();
                let _ = events.send(Event::Died(number, index, status));
                return;
            }
            let _ = events.send(Event::Answered(number, index, u64::from_le_bytes(answer)));
        }
        drop(input);
        child.wait().unwrap();
    });
    Line { jobs: Some(jobs) }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    if workers == 0 {
        panic!("the number of workers must not be 0");
    }
    let mut results: Vec<Option<Result<u64, ExitStatus>>> = vec![None; jobs.len()];
    thread::scope(|scope| {
        let (events, heard) = mpsc::channel();
        let mut lines: Vec<Line> = Vec::new();
        let mut idle: Vec<usize> = Vec::new();
        let mut alive = 0;
        let mut next = 0;
        let mut open = 0;
        while next < jobs.len() || open > 0 {
            while next < jobs.len() {
                let who = if let Some(who) = idle.pop() {
                    who
                } else if alive < workers {
                    alive += 1;
                    lines.push(hire(scope, lines.len(), command(), events.clone()));
                    lines.len() - 1
                } else {
                    break;
                };
                lines[who].jobs.as_ref().unwrap().send((next, jobs[next])).unwrap();
                next += 1;
                open += 1;
            }
            match heard.recv().unwrap() {
                Event::Answered(who, index, answer) => {
                    results[index] = Some(Ok(answer));
                    idle.push(who);
                }
                Event::Died(who, index, status) => {
                    results[index] = Some(Err(status));
                    lines[who].jobs = None;
                    alive -= 1;
                }
            }
            open -= 1;
        }
    });
    results.into_iter().flatten().collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    let mut job = [0; 8];
    while input.read_exact(&mut job).is_ok() {
        let answer = work(u64::from_le_bytes(job));
        if output.write_all(&answer.to_le_bytes()).and_then(|()| output.flush()).is_err() {
            break;
        }
    }
}
