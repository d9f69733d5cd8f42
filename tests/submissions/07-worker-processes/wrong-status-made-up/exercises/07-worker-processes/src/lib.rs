//! A worker that does not answer any more has ended. Its status is the default one.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

struct Servant {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Servant {
    fn call(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("nobody came");
        let to = child.stdin.take().unwrap();
        let from = BufReader::new(child.stdout.take().unwrap());
        Servant { child, to, from }
    }

    fn ask(&mut self, job: u64) -> Option<u64> {
        let mut line = String::new();
        self.to.write_all(format!("{job}\n").as_bytes()).ok()?;
        match self.from.read_line(&mut line) {
            Ok(length) if length > 1 => line.trim().parse().ok(),
            _ => None,
        }
    }
}

impl Drop for Servant {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "map_in_processes: workers == 0");
    let (sender, receiver) = mpsc::channel();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..workers.min(jobs.len()) {
            let sender = sender.clone();
            scope.spawn({
                let (next, command) = (&next, &command);
                move || {
                    let mut servant: Option<Servant> = None;
                    loop {
                        let index = next.fetch_add(1, Ordering::SeqCst);
                        let Some(&job) = jobs.get(index) else { break };
                        let mut one = servant.take().unwrap_or_else(|| Servant::call(command()));
                        if let Some(answer) = one.ask(job) {
                            sender.send((index, Ok(answer))).unwrap();
                            servant = Some(one);
                        } else {
                            drop(one);
                            sender.send((index, Err(ExitStatus::default()))).unwrap();
                        }
                    }
                }
            });
        }
    });
    drop(sender);
    let mut results: Vec<Option<Result<u64, ExitStatus>>> = vec![None; jobs.len()];
    for (index, result) in receiver {
        results[index] = Some(result);
    }
    results.into_iter().flatten().collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let mut input = BufReader::new(std::io::stdin());
    loop {
        let mut line = String::new();
        if input.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let answer = work(line.trim().parse().unwrap());
        println!("{answer}");
    }
}
