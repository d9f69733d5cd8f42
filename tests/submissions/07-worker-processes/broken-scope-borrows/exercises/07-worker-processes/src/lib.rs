//! A thread for each worker, started by `thread::spawn`.

use std::process::{Command, ExitStatus};
use std::thread;

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must not be 0");
    let threads: Vec<_> = jobs
        .iter()
        .map(|job| {
            thread::spawn(|| {
                let output = command().arg(job.to_string()).output().unwrap();
                String::from_utf8(output.stdout).unwrap().trim().parse().map_err(|_| output.status)
            })
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    println!("{}", work(std::env::args().nth(1).unwrap().parse().unwrap()));
}
