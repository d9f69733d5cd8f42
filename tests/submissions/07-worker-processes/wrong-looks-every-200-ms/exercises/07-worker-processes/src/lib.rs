//! A worker takes a job and ends; the pool looks every 200 ms who is done.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::Duration;

struct Running(usize, Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.1.wait();
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "0 workers");
    let mut results = vec![None; jobs.len()];
    let mut running: Vec<Running> = vec![];
    let mut next = 0;
    while next < jobs.len() || !running.is_empty() {
        while next < jobs.len() && running.len() < workers {
            let mut child = command().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            writeln!(child.stdin.take().unwrap(), "{}", jobs[next]).unwrap();
            running.push(Running(next, child));
            next += 1;
        }
        sleep(Duration::from_millis(200));
        running.retain_mut(|Running(place, child)| {
            let Some(status) = child.try_wait().unwrap() else { return true };
            let mut text = String::new();
            child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
            results[*place] = Some(text.trim().parse().map_err(|_| status));
            false
        });
    }
    results.into_iter().flatten().collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let mut line = String::new();
    if std::io::stdin().read_line(&mut line).is_ok() {
        println!("{}", work(line.trim().parse().unwrap()));
    }
}
