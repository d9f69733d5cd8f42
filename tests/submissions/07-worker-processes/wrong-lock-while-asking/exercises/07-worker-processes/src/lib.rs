//! Thread, process, one queue, one list of results. Everything that is shared is behind a Mutex.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;

struct Guard {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

impl Guard {
    fn new(mut command: Command) -> Guard {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let to = child.stdin.take();
        let from = BufReader::new(child.stdout.take().unwrap());
        Guard { child, to, from }
    }

    fn call(&mut self, job: u64) -> Result<u64, ExitStatus> {
        let sent = self.to.as_mut().map(|to| to.write_all(format!("{job:x}\n").as_bytes()));
        let mut answer = String::new();
        if matches!(sent, Some(Ok(()))) && self.from.read_line(&mut answer).is_ok() {
            if let Ok(answer) = u64::from_str_radix(answer.trim_end(), 16) {
                return Ok(answer);
            }
        }
        Err(self.child.wait().unwrap())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if thread::panicking() {
            let _ = self.child.kill();
        }
        self.to = None;
        let _ = self.child.wait();
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    if workers == 0 {
        panic!("`workers` is 0");
    }
    let queue = Mutex::new(jobs.iter().enumerate());
    let take = || queue.lock().unwrap().next();
    let results = Mutex::new(vec![None; jobs.len()]);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut guard = None;
                while let Some((index, &job)) = take() {
                    let mut results = results.lock().unwrap();
                    let result = guard.get_or_insert_with(|| Guard::new(command())).call(job);
                    if result.is_err() {
                        guard = None;
                    }
                    results[index] = Some(result);
                }
            });
        }
    });
    results.into_inner().unwrap().into_iter().map(Option::unwrap).collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let stdin = std::io::stdin().lock();
    let mut stdout = std::io::stdout().lock();
    for line in stdin.lines() {
        let Ok(line) = line else { break };
        let answer = work(u64::from_str_radix(&line, 16).unwrap());
        if writeln!(stdout, "{answer:x}").is_err() {
            break;
        }
    }
}
