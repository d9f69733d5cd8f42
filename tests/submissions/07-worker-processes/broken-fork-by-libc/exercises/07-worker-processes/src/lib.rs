//! `fork` as in C.

use std::process::{Command, ExitStatus};

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must not be 0");
    let _ = command;
    for _ in 0..workers {
        match libc::fork() {
            0 => break,
            child => println!("started {child}"),
        }
    }
    jobs.iter().map(|&job| Ok(job)).collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    work(0);
}
