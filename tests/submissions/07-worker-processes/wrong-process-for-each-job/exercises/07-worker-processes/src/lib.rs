//! A process for each job, `workers` of them at a time: a thread starts one, waits for its output, and starts the next.

use std::io::Write;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must be positive");
    let queue = Mutex::new(jobs.iter().enumerate());
    let results = Mutex::new(vec![None; jobs.len()]);
    thread::scope(|scope| {
        for _ in 0..workers.min(jobs.len()) {
            scope.spawn(|| {
                loop {
                    let taken = queue.lock().unwrap().next();
                    let Some((place, job)) = taken else { return };
                    let result = one_job(*job, command());
                    results.lock().unwrap()[place] = Some(result);
                }
            });
        }
    });
    results.into_inner().unwrap().into_iter().flatten().collect()
}

fn one_job(job: u64, mut command: Command) -> Result<u64, ExitStatus> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("start a process");
    let _ = writeln!(child.stdin.take().unwrap(), "{job}");
    let output = child.wait_with_output().expect("wait for it");
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| output.status)
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    println!("{}", work(line.trim().parse().unwrap()));
}
