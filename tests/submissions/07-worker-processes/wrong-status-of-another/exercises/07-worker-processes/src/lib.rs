//! All children are in one list. Whoever misses an answer waits for the first one that has not been waited for.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;

struct Talk {
    to: ChildStdin,
    from: Lines<BufReader<ChildStdout>>,
}

/// All processes that have been started, in this order.
#[derive(Default)]
struct Children(Mutex<Vec<Child>>);

impl Children {
    fn start(&self, mut command: Command) -> Talk {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a process");
        let to = child.stdin.take().unwrap();
        let from = BufReader::new(child.stdout.take().unwrap()).lines();
        self.0.lock().unwrap().push(child);
        Talk { to, from }
    }

    fn status(&self) -> ExitStatus {
        let mut first = self.0.lock().unwrap().remove(0);
        let _ = first.kill();
        first.wait().unwrap()
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        for child in self.0.lock().unwrap().iter_mut() {
            let _ = child.wait();
        }
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must be at least one");
    let children = Children::default();
    let results = Mutex::new(vec![None; jobs.len()]);
    let queue = Mutex::new(jobs.iter().copied().enumerate());
    thread::scope(|scope| {
        for _ in 0..workers.min(jobs.len()) {
            scope.spawn(|| {
                let mut talk: Option<Talk> = None;
                loop {
                    let taken = queue.lock().unwrap().next();
                    let Some((place, job)) = taken else { return };
                    let current = talk.get_or_insert_with(|| children.start(command()));
                    let answer = writeln!(current.to, "{job}")
                        .ok()
                        .and_then(|()| current.from.next()?.ok()?.parse().ok());
                    if answer.is_none() {
                        talk = None;
                    }
                    results.lock().unwrap()[place] = Some(answer.ok_or_else(|| children.status()));
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
    for line in std::io::stdin().lines() {
        let job = line.unwrap().parse().unwrap();
        println!("{}", work(job));
    }
}
