//! A panic of work is caught, so that the worker survives it; there is nothing to answer then.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Mutex;

struct Helper {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Helper {
    fn start(mut command: Command) -> std::io::Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        Ok(Self { child, input, output })
    }

    fn ask(&mut self, job: u64) -> Result<u64, ExitStatus> {
        let sent = writeln!(self.input.as_mut().unwrap(), "{job}");
        let mut line = String::new();
        if sent.is_ok() && self.output.read_line(&mut line).is_ok() && line.ends_with('\n') {
            if let Ok(answer) = line.trim().parse() {
                return Ok(answer);
            }
        }
        self.input = None;
        Err(self.child.wait().unwrap())
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers != 0, "workers is 0: nobody would do it");
    let waiting: Mutex<VecDeque<(usize, u64)>> = Mutex::new(jobs.iter().copied().enumerate().collect());
    let done = Mutex::new(vec![None; jobs.len()]);
    std::thread::scope(|scope| {
        for _ in 0..workers.min(jobs.len()) {
            scope.spawn(|| {
                let mut helper: Option<Helper> = None;
                loop {
                    let Some((index, job)) = waiting.lock().unwrap().pop_front() else { return };
                    if helper.is_none() {
                        let made = command();
                        helper = Some(Helper::start(made).expect("a worker starts"));
                    }
                    let answer = helper.as_mut().unwrap().ask(job);
                    if answer.is_err() {
                        helper = None;
                    }
                    done.lock().unwrap()[index] = Some(answer);
                }
            });
        }
    });
    done.into_inner().unwrap().into_iter().map(Option::unwrap).collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    for line in std::io::stdin().lines() {
        let Ok(line) = line else { return };
        let Ok(job) = line.trim().parse::<u64>() else { return };
        if let Ok(answer) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(job))) {
            println!("{answer}");
        }
    }
}
