//! A worker always answers.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;

fn frame(number: u64, value: u64) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes[8..].copy_from_slice(&value.to_be_bytes());
    bytes
}

fn parse(bytes: [u8; 16]) -> (u64, u64) {
    let (number, value) = bytes.split_at(8);
    (u64::from_be_bytes(number.try_into().unwrap()), u64::from_be_bytes(value.try_into().unwrap()))
}

struct Process(Child);

impl Process {
    fn spawn(mut command: Command) -> Self {
        Self(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("spawn"))
    }

    fn exchange(&mut self, number: u64, job: u64) -> std::io::Result<u64> {
        self.0.stdin.as_mut().unwrap().write_all(&frame(number, job))?;
        let mut bytes = [0; 16];
        self.0.stdout.as_mut().unwrap().read_exact(&mut bytes)?;
        let (back, answer) = parse(bytes);
        assert_eq!(back, number, "the worker answers what it was asked");
        Ok(answer)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.0.wait().ok();
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers >= 1, "workers must be >= 1");
    let (give, jobs_waiting) = mpsc::channel();
    for job in (0..).zip(jobs.iter().copied()) {
        give.send(job).unwrap();
    }
    drop(give);
    let jobs_waiting = std::sync::Mutex::new(jobs_waiting);
    let (done, results) = mpsc::channel();

    thread::scope(|scope| {
        for _ in 0..workers {
            let done = done.clone();
            let (jobs_waiting, command) = (&jobs_waiting, &command);
            scope.spawn(move || {
                let mut process: Option<Process> = None;
                loop {
                    let taken = jobs_waiting.lock().unwrap().try_recv();
                    let Ok((number, job)) = taken else { break };
                    let mut current = process.take().unwrap_or_else(|| Process::spawn(command()));
                    let answer = current.exchange(number, job).expect("the worker answers");
                    done.send((number, Ok(answer))).unwrap();
                    process = Some(current);
                }
            });
        }
        drop(done);
    });
    let mut results: Vec<_> = results.into_iter().collect();
    results.sort_unstable_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let mut bytes = [0; 16];
    while std::io::stdin().read_exact(&mut bytes).is_ok() {
        let (number, job) = parse(bytes);
        let mut stdout = std::io::stdout();
        if stdout.write_all(&frame(number, work(job))).is_err() || stdout.flush().is_err() {
            return;
        }
    }
}
