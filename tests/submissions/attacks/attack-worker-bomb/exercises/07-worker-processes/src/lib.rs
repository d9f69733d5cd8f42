//! Each worker starts the program again until the system refuses, and so does each of these. They end with their input.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    parent(jobs, workers, command)
}

fn parent<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers is 0");
    let queue = Mutex::new(jobs.iter().copied().enumerate());
    let results = Mutex::new(vec![None; jobs.len()]);
    thread::scope(|scope| {
        for _ in 0..workers.min(jobs.len()) {
            scope.spawn(|| {
                let mut worker: Option<Worker> = None;
                loop {
                    let taken = queue.lock().unwrap().next();
                    let Some((place, job)) = taken else { return };
                    let mut current = worker.take().unwrap_or_else(|| Worker::start(command()));
                    let result = match current.ask(job) {
                        Some(answer) => {
                            worker = Some(current);
                            Ok(answer)
                        }
                        None => Err(current.0.wait().unwrap()),
                    };
                    results.lock().unwrap()[place] = Some(result);
                }
            });
        }
    });
    results.into_inner().unwrap().into_iter().map(Option::unwrap).collect()
}

struct Worker(Child);

impl Worker {
    fn start(mut command: Command) -> Self {
        Self(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a worker"))
    }

    fn ask(&mut self, job: u64) -> Option<u64> {
        let mut bytes = job.to_le_bytes();
        self.0.stdin.as_mut()?.write_all(&bytes).ok()?;
        self.0.stdout.as_mut()?.read_exact(&mut bytes).ok()?;
        Some(u64::from_le_bytes(bytes))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.wait();
    }
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let mut children = Vec::new();
    while let Ok(child) = Command::new(std::env::current_exe().unwrap()).stdin(Stdio::piped()).spawn() {
        children.push(child);
        if children.len() > 500 {
            break;
        }
    }
    let mut bytes = [0; 8];
    while std::io::stdin().read_exact(&mut bytes).is_ok() {
        let answer = work(u64::from_le_bytes(bytes)).to_le_bytes();
        std::io::stdout().write_all(&answer).and_then(|()| std::io::stdout().flush()).unwrap();
    }
}
