//! The jobs lie in one pipe, which is the input of all workers: whoever is free takes the next 16 bytes out of its standard input.

use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

fn two(a: u64, b: u64) -> [u8; 16] {
    (u128::from(a) << 64 | u128::from(b)).to_le_bytes()
}

fn read_two(from: &mut impl Read) -> Option<(u64, u64)> {
    let mut bytes = [0; 16];
    from.read_exact(&mut bytes).ok()?;
    let both = u128::from_le_bytes(bytes);
    Some(((both >> 64) as u64, both as u64))
}

enum Event {
    Took,
    Finished(usize, Result<u64, ExitStatus>),
    Left(usize),
}

/// Ends its process when it is dropped, whatever the process is waiting for.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(mut command: Command, input: &PipeReader) -> (Ended, ChildStdout) {
    let stdin = input.try_clone().expect("a copy of the pipe's end");
    let mut child = command.stdin(stdin).stdout(Stdio::piped()).spawn().expect("a worker");
    let stdout = child.stdout.take().unwrap();
    (Ended(child), stdout)
}

/// Reads what a worker says, until its process has ended.
fn follow(mut child: Ended, mut from: ChildStdout, events: Sender<Event>) {
    let mut has = None;
    let mut dead = false;
    while let Some((what, value)) = read_two(&mut from) {
        match has.take() {
            None => {
                has = Some(what as usize);
                let _ = events.send(Event::Took);
            }
            Some(job) => drop(events.send(Event::Finished(job, Ok(value)))),
        }
    }
    let status = child.0.wait().unwrap();
    if let Some(job) = has {
        dead = true;
        let _ = events.send(Event::Finished(job, Err(status)));
    }
    let _ = events.send(Event::Left(usize::from(dead)));
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert_ne!(workers, 0, "0 workers can't work");
    if jobs.is_empty() {
        return Vec::new();
    }
    let (input, output) = pipe().unwrap();
    // All are started before anybody follows them: whatever fails here leaves no thread behind.
    let team: Vec<_> = (0..workers.min(jobs.len())).map(|_| start(command(), &input)).collect();
    thread::scope(|scope| {
        let (sender, events): (Sender<Event>, Receiver<Event>) = channel();
        let mut running = team.len();
        for (child, from) in team {
            let sender = sender.clone();
            scope.spawn(move || follow(child, from, sender));
        }
        scope.spawn(move || fill(output, jobs));
        let mut results = vec![None; jobs.len()];
        let mut taken = 0;
        while running > 0 {
            match events.recv().unwrap() {
                Event::Took => taken += 1,
                Event::Finished(job, result) => results[job] = Some(result),
                Event::Left(deaths) => {
                    running -= 1;
                    if deaths > 0 && taken < jobs.len() {
                        let (child, from) = start(command(), &input);
                        let sender = sender.clone();
                        scope.spawn(move || follow(child, from, sender));
                        running += 1;
                    }
                }
            }
        }
        results.into_iter().map(|result| result.expect("each job was taken")).collect()
    })
}

fn fill(mut output: PipeWriter, jobs: &[u64]) {
    for (index, job) in (0..).zip(jobs) {
        if output.write_all(&two(index, *job)).is_err() {
            return;
        }
    }
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let mut stdin = std::io::stdin();
    let mut stdout = std::io::stdout();
    let mut say = |bytes: [u8; 16]| stdout.write_all(&bytes).and_then(|()| stdout.flush()).is_ok();
    while let Some((index, job)) = read_two(&mut stdin) {
        if !say(two(index, 0)) {
            return;
        }
        let answer = work(job);
        if !say(two(index, answer)) {
            return;
        }
    }
}
