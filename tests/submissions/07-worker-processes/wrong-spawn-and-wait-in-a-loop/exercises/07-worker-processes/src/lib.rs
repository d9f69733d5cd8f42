//! A process for each job: its input is the job, its output is the answer. Simple, and nothing can get mixed up.

use std::io::{Read, Write};
use std::process::{Command, ExitStatus, Stdio};

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must be positive");
    let mut results = Vec::new();
    for job in jobs {
        let mut child = command().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let _ = write!(child.stdin.take().unwrap(), "{job}");
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        results.push(text.parse().map_err(|_| output.status));
    }
    results
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    print!("{}", work(text.parse().unwrap()));
}
