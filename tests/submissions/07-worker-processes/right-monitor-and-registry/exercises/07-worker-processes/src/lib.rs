//! One monitor with all that is known; a waiter thread for each process tells how it ended, a reader thread what it said.
use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

enum Event {
    Said(usize, u64),
    Silent(usize),
    Ended(usize, ExitStatus),
}

struct Slot {
    input: Option<ChildStdin>,
    job: Option<usize>,
    silent: bool,
    status: Option<ExitStatus>,
}

struct Pool {
    slots: BTreeMap<usize, Slot>,
    threads: Vec<JoinHandle<()>>,
    events: mpsc::Receiver<Event>,
    tell: mpsc::Sender<Event>,
    next_id: usize,
}

impl Pool {
    fn new() -> Self {
        let (tell, events) = mpsc::channel();
        Pool { slots: BTreeMap::new(), threads: Vec::new(), events, tell, next_id: 0 }
    }
    fn start(&mut self, mut command: Command) -> usize {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("no worker");
        let id = self.next_id;
        self.next_id += 1;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        let tell = self.tell.clone();
        self.threads.push(thread::spawn(move || {
            for line in output.lines() {
                let Ok(line) = line else { break };
                let Ok(answer) = u64::from_str_radix(&line, 36) else { break };
                if tell.send(Event::Said(id, answer)).is_err() {
                    return;
                }
            }
            let _ = tell.send(Event::Silent(id));
        }));
        let tell = self.tell.clone();
        self.threads.push(thread::spawn(move || {
            let status = child.wait().expect("wait");
            let _ = tell.send(Event::Ended(id, status));
        }));
        self.slots.insert(id, Slot { input, job: None, silent: false, status: None });
        id
    }
    fn shut_down(&mut self) {
        for slot in self.slots.values_mut() {
            slot.input = None;
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn base36(mut n: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit((n % 36) as u32, 36).unwrap());
        n /= 36;
        if n == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

fn run(
    pool: &mut Pool,
    jobs: &[u64],
    workers: usize,
    command: &dyn Fn() -> Command,
) -> Vec<Result<u64, ExitStatus>> {
    let mut waiting: VecDeque<usize> = (0..jobs.len()).collect();
    let mut idle: Vec<usize> = Vec::new();
    let mut results: BTreeMap<usize, Result<u64, ExitStatus>> = BTreeMap::new();
    while results.len() < jobs.len() {
        while !waiting.is_empty() {
            let id = match idle.pop() {
                Some(id) => id,
                None if pool.slots.len() < workers => pool.start(command()),
                None => break,
            };
            let job = waiting.pop_front().unwrap();
            let slot = pool.slots.get_mut(&id).unwrap();
            slot.job = Some(job);
            let _ = writeln!(slot.input.as_mut().unwrap(), "{}", base36(jobs[job]));
        }
        let id = match pool.events.recv().expect("this end sends, too") {
            Event::Said(id, answer) => {
                let slot = pool.slots.get_mut(&id).unwrap();
                results.insert(slot.job.take().unwrap(), Ok(answer));
                idle.push(id);
                id
            }
            Event::Silent(id) => {
                pool.slots.get_mut(&id).unwrap().silent = true;
                id
            }
            Event::Ended(id, status) => {
                pool.slots.get_mut(&id).unwrap().status = Some(status);
                id
            }
        };
        // Gone only if both are known: what it said comes before that it is silent.
        let slot = &pool.slots[&id];
        if let (true, Some(status)) = (slot.silent, slot.status) {
            if let Some(job) = slot.job {
                results.insert(job, Err(status));
            }
            pool.slots.remove(&id);
            idle.retain(|&other| other != id);
        }
    }
    results.into_values().collect()
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert_ne!(workers, 0, "workers");
    let mut pool = Pool::new();
    let outcome = catch_unwind(AssertUnwindSafe(|| run(&mut pool, jobs, workers, &command)));
    pool.shut_down();
    outcome.unwrap_or_else(|payload| resume_unwind(payload))
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let work = Arc::new(work);
    let mut lines = std::io::stdin().lines();
    while let Some(Ok(line)) = lines.next() {
        let job = u64::from_str_radix(line.trim(), 36).expect("a number");
        let answer = work(job);
        if writeln!(std::io::stdout(), "{}", base36(answer)).is_err() {
            break;
        }
    }
}
