//! Each worker says when it is ready, and is given a job then; one loop owns everything, and a thread reads for each process.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

enum Event {
    Ready(u32),
    Answer(u32, u64),
    Over(u32),
}

struct Running {
    child: Child,
    input: Option<ChildStdin>,
    reader: Option<JoinHandle<()>>,
    job: Option<usize>,
}

impl Running {
    fn finish(mut self) -> ExitStatus {
        drop(self.input.take());
        let status = self.child.wait().expect("our own child");
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
        status
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

struct Pool<'a, C> {
    command: &'a C,
    next_id: u32,
    running: HashMap<u32, Running>,
    events: (Sender<Event>, Receiver<Event>),
}

impl<C: Fn() -> Command> Pool<'_, C> {
    fn start(&mut self) {
        let mut child =
            (self.command)().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a worker process starts");
        let id = self.next_id;
        self.next_id += 1;
        let input = child.stdin.take();
        let mut output = child.stdout.take().unwrap();
        let events = self.events.0.clone();
        let reader = std::thread::spawn(move || {
            let mut tag = [0; 1];
            while output.read_exact(&mut tag).is_ok() {
                let event = if tag[0] == b'R' {
                    Event::Ready(id)
                } else {
                    let mut number = [0; 8];
                    if output.read_exact(&mut number).is_err() {
                        break;
                    }
                    Event::Answer(id, u64::from_be_bytes(number))
                };
                let _ = events.send(event);
            }
            let _ = events.send(Event::Over(id));
        });
        self.running.insert(id, Running { child, input, reader: Some(reader), job: None });
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert_ne!(workers, 0, "the number of workers must not be 0");
    let mut results: Vec<Option<Result<u64, ExitStatus>>> = vec![None; jobs.len()];
    let mut pending = jobs.len();
    // The last job first: nobody promised an order.
    let mut waiting: Vec<usize> = (0..jobs.len()).collect();
    let mut pool = Pool { command: &command, next_id: 0, running: HashMap::new(), events: channel() };
    for _ in 0..workers.min(jobs.len()) {
        pool.start();
    }
    while pending > 0 {
        match pool.events.1.recv().expect("we hold a sender ourselves") {
            Event::Ready(id) => {
                let running = pool.running.get_mut(&id).unwrap();
                if let Some(job) = waiting.pop() {
                    running.job = Some(job);
                    let _ = running.input.as_mut().unwrap().write_all(&jobs[job].to_be_bytes());
                } else {
                    running.input = None;
                }
            }
            Event::Answer(id, answer) => {
                let job = pool.running.get_mut(&id).unwrap().job.take().unwrap();
                results[job] = Some(Ok(answer));
                pending -= 1;
            }
            Event::Over(id) => {
                let mut running = pool.running.remove(&id).unwrap();
                let job = running.job.take();
                let status = running.finish();
                if let Some(job) = job {
                    results[job] = Some(Err(status));
                    pending -= 1;
                    if !waiting.is_empty() {
                        pool.start();
                    }
                }
            }
        }
    }
    for (_, running) in pool.running.drain() {
        running.finish();
    }
    results.into_iter().map(|result| result.expect("every job has one")).collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    loop {
        if output.write_all(b"R").and_then(|()| output.flush()).is_err() {
            return;
        }
        let mut job = [0; 8];
        if input.read_exact(&mut job).is_err() {
            return;
        }
        let answer = work(u64::from_be_bytes(job));
        let mut frame = vec![b'A'];
        frame.extend(answer.to_be_bytes());
        if output.write_all(&frame).and_then(|()| output.flush()).is_err() {
            return;
        }
    }
}
