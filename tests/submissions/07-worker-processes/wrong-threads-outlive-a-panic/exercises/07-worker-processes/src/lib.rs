//! A thread for each process. At the end of the call their channels are closed and they are joined.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

/// What a thread says when its process is free or gone.
struct Report {
    thread: usize,
    result: Result<u64, ExitStatus>,
}

struct Line {
    jobs: Option<Sender<u64>>,
    thread: Option<JoinHandle<()>>,
    current: usize,
}

impl Line {
    fn end(mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn line(mut command: Command, number: usize, reports: Sender<Report>) -> Line {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("worker process");
    let (jobs, incoming) = channel();
    let thread = thread::spawn(move || talk(child, &incoming, number, &reports));
    Line { jobs: Some(jobs), thread: Some(thread), current: 0 }
}

fn talk(mut child: Child, jobs: &Receiver<u64>, thread: usize, reports: &Sender<Report>) {
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for job in jobs {
        let sent = writeln!(stdin, "{job}");
        let answer = sent.ok().and_then(|()| answers.next()?.ok()?.parse().ok());
        let result = answer.ok_or_else(|| child.wait().unwrap());
        if reports.send(Report { thread, result }).is_err() || result.is_err() {
            break;
        }
    }
    drop(stdin);
    child.wait().unwrap();
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "`workers` must not be 0");
    let (reports, incoming) = channel();
    let mut results = vec![None; jobs.len()];
    let mut lines: Vec<Line> = vec![];
    let mut next = 0;
    while next < jobs.len() && next < workers {
        lines.push(line(command(), next, reports.clone()));
        lines[next].current = next;
        lines[next].jobs.as_ref().unwrap().send(jobs[next]).unwrap();
        next += 1;
    }
    for _ in 0..jobs.len() {
        let report = incoming.recv().unwrap();
        let died = report.result.is_err();
        results[lines[report.thread].current] = Some(report.result);
        if next == jobs.len() {
            continue;
        }
        if died {
            let new = line(command(), report.thread, reports.clone());
            std::mem::replace(&mut lines[report.thread], new).end();
        }
        lines[report.thread].current = next;
        lines[report.thread].jobs.as_ref().unwrap().send(jobs[next]).unwrap();
        next += 1;
    }
    for line in lines {
        line.end();
    }
    results.into_iter().map(|result| result.unwrap()).collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    std::io::stdin()
        .lines()
        .map_while(Result::ok)
        .map_while(|line| line.parse().ok())
        .for_each(|job| println!("{}", work(job)));
}
