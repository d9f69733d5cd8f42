//! Nothing to do is done at once.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;

struct Process {
    child: Child,
}

impl Process {
    fn new(mut command: Command) -> io::Result<Self> {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        Ok(Process { child })
    }

    fn work(&mut self, job: u64) -> io::Result<u64> {
        let mut bytes = job.to_be_bytes();
        self.child.stdin.as_mut().unwrap().write_all(&bytes)?;
        self.child.stdout.as_mut().unwrap().read_exact(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.wait();
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    if jobs.is_empty() {
        return Vec::new();
    }
    assert!(workers > 0, "workers is zero");
    let processes: Vec<Process> =
        (0..workers.min(jobs.len())).map(|_| Process::new(command()).expect("start a worker")).collect();
    let waiting: Mutex<VecDeque<(usize, u64)>> = Mutex::new(jobs.iter().copied().enumerate().collect());
    let finished: Mutex<Vec<Option<Result<u64, ExitStatus>>>> = Mutex::new(vec![None; jobs.len()]);
    let next = || waiting.lock().unwrap().pop_front();
    let finish = |place: usize, result| finished.lock().unwrap()[place] = Some(result);

    thread::scope(|s| {
        for mut process in processes {
            let (next, finish, command) = (&next, &finish, &command);
            s.spawn(move || {
                let mut alive = true;
                while let Some((place, job)) = next() {
                    if !alive {
                        process = Process::new(command()).expect("start another worker");
                        alive = true;
                    }
                    let answer = process.work(job);
                    let result = answer.or_else(|_| {
                        alive = false;
                        Err(process.child.wait().unwrap())
                    });
                    finish(place, result);
                }
            });
        }
    });
    finished.into_inner().unwrap().into_iter().map(|one| one.unwrap()).collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let (mut stdin, mut stdout) = (io::stdin(), io::stdout());
    loop {
        let mut bytes = [0u8; 8];
        if stdin.read_exact(&mut bytes).is_err() {
            return;
        }
        let answer = work(u64::from_be_bytes(bytes));
        if stdout.write_all(&answer.to_be_bytes()).is_err() {
            return;
        }
        if stdout.flush().is_err() {
            return;
        }
    }
}
