//! All workers write into one pipe, 24 bytes at a time: a write of so few bytes is never mixed with another one. A thread waits
//! for each process, and writes into the same pipe that it has ended. So the caller has one place to listen.

use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

const ANSWER: u64 = 0;
const ENDED: u64 = 1;

fn record(kind: u64, worker: u64, value: u64) -> [u8; 24] {
    let mut bytes = [0; 24];
    for (place, number) in bytes.chunks_exact_mut(8).zip([kind, worker, value]) {
        place.copy_from_slice(&number.to_ne_bytes());
    }
    bytes
}

struct Worker {
    stdin: Option<ChildStdin>,
    job: usize,
    status: Arc<Mutex<Option<ExitStatus>>>,
    waiter: Option<JoinHandle<()>>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stdin = None;
        let _ = self.waiter.take().unwrap().join();
    }
}

struct Pool<'a> {
    command: &'a (dyn Fn() -> Command + Sync),
    from: PipeReader,
    to: PipeWriter,
    team: Vec<Option<Worker>>,
}

impl Pool<'_> {
    fn start(&mut self) -> usize {
        let number = self.team.len();
        let mut command = (self.command)();
        command.arg(number.to_string()).stdin(Stdio::piped()).stdout(self.to.try_clone().unwrap());
        let mut child = command.spawn().expect("a worker starts");
        drop(command);
        let stdin = child.stdin.take();
        let status = Arc::new(Mutex::new(None));
        let (place, mut bell) = (status.clone(), self.to.try_clone().unwrap());
        let waiter = thread::spawn(move || {
            let ended = child.wait().unwrap();
            *place.lock().unwrap() = Some(ended);
            let _ = bell.write_all(&record(ENDED, number as u64, 0));
        });
        self.team.push(Some(Worker { stdin, job: 0, status, waiter: Some(waiter) }));
        number
    }

    fn give(&mut self, number: usize, job: usize, value: u64) {
        let worker = self.team[number].as_mut().unwrap();
        worker.job = job;
        let _ = worker.stdin.as_mut().unwrap().write_all(&value.to_ne_bytes());
    }

    fn listen(&mut self) -> [u64; 3] {
        let mut bytes = [0; 24];
        self.from.read_exact(&mut bytes).unwrap();
        let mut numbers = bytes.chunks_exact(8).map(|number| u64::from_ne_bytes(number.try_into().unwrap()));
        [(); 3].map(|()| numbers.next().unwrap())
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers: at least one");
    let (from, to) = pipe().unwrap();
    let mut pool = Pool { command: &command, from, to, team: Vec::new() };
    let mut results = vec![None; jobs.len()];
    let mut next = 0;
    while next < workers.min(jobs.len()) {
        let number = pool.start();
        pool.give(number, next, jobs[next]);
        next += 1;
    }
    let mut open = jobs.len();
    while open > 0 {
        let [kind, number, value] = pool.listen();
        let number = number as usize;
        let Some(worker) = &pool.team[number] else { continue };
        let job = worker.job;
        open -= 1;
        if kind == ANSWER {
            results[job] = Some(Ok(value));
            if next < jobs.len() {
                pool.give(number, next, jobs[next]);
                next += 1;
            } else {
                pool.team[number] = None;
            }
        } else {
            let status = worker.status.lock().unwrap().unwrap();
            results[job] = Some(Err(status));
            pool.team[number] = None;
            if next < jobs.len() {
                let number = pool.start();
                pool.give(number, next, jobs[next]);
                next += 1;
            }
        }
    }
    results.into_iter().map(|result| result.unwrap()).collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let me = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut bytes = [0; 8];
    while std::io::stdin().read_exact(&mut bytes).is_ok() {
        let answer = work(u64::from_ne_bytes(bytes));
        let mut out = std::io::stdout().lock();
        if out.write_all(&record(ANSWER, me, answer)).and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}
