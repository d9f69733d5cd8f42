//! Numbers are separated by blanks. At the end every process is waited for.

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio, exit};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

fn next_word(from: &mut impl Read) -> Option<String> {
    let mut word = String::new();
    let mut byte = [0];
    loop {
        match from.read(&mut byte) {
            Ok(1) if byte[0] == b' ' => return Some(word),
            Ok(1) => word.push(char::from(byte[0])),
            _ => return None,
        }
    }
}

struct Worker {
    child: Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
}

impl Worker {
    fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process could not be started");
        let stdin = child.stdin.take().unwrap();
        let stdout = child.stdout.take().unwrap();
        Self { child, stdin, stdout }
    }

    fn end(self) -> ExitStatus {
        let Self { mut child, stdin: _stdin, stdout: _stdout } = self;
        child.wait().unwrap()
    }
}

/// Lives as long as its thread has a worker; ends it in a panic as well.
#[derive(Default)]
struct Holder(Option<Worker>);

impl Drop for Holder {
    fn drop(&mut self) {
        self.0.take().map(Worker::end);
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "at least 1 of `workers`, please");
    let slots: Arc<[OnceLock<Result<u64, ExitStatus>>]> = jobs.iter().map(|_| OnceLock::new()).collect();
    let taken = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..workers.min(jobs.len()) {
            let slots = slots.clone();
            let (taken, command) = (&taken, &command);
            scope.spawn(move || {
                let mut holder = Holder::default();
                loop {
                    let place = taken.fetch_add(1, Ordering::AcqRel);
                    if place >= jobs.len() {
                        return;
                    }
                    let worker = holder.0.get_or_insert_with(|| Worker::start(command()));
                    let sent = write!(worker.stdin, "{} ", jobs[place]).is_ok();
                    let word = if sent { next_word(&mut worker.stdout) } else { None };
                    let result = match word {
                        Some(word) => Ok(word.parse().unwrap()),
                        None => Err(holder.0.take().unwrap().end()),
                    };
                    slots[place].set(result).unwrap();
                }
            });
        }
    });
    slots.iter().map(|slot| *slot.get().unwrap()).collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let mut stdin = std::io::stdin().lock();
    while let Some(word) = next_word(&mut stdin) {
        let Ok(job) = word.parse() else { exit(2) };
        match catch_unwind(AssertUnwindSafe(|| work(job))) {
            Ok(answer) => {
                let mut stdout = std::io::stdout();
                if write!(stdout, "{answer} ").and_then(|()| stdout.flush()).is_err() {
                    return;
                }
            }
            Err(_) => exit(99),
        }
    }
}
