//! The pool is a struct. It starts its workers when it is made, then it gets the jobs.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;

struct Worker {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Worker {
    fn start(mut command: Command) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a worker starts");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn ask(&mut self, job: u64) -> Option<u64> {
        writeln!(self.child.stdin.as_mut().unwrap(), "{job}").ok()?;
        self.lines.next()?.ok()?.parse().ok()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.wait();
    }
}

struct Pool<'a, C> {
    team: Vec<Worker>,
    command: &'a C,
}

impl<'a, C: Fn() -> Command + Sync> Pool<'a, C> {
    fn new(workers: usize, command: &'a C) -> Self {
        Pool { team: (0..workers).map(|_| Worker::start(command())).collect(), command }
    }

    fn map(self, jobs: &[u64]) -> Vec<Result<u64, ExitStatus>> {
        let queue = Mutex::new(jobs.iter().copied().enumerate());
        let results = Mutex::new(vec![None; jobs.len()]);
        thread::scope(|scope| {
            for mut worker in self.team {
                let (queue, results, command) = (&queue, &results, self.command);
                scope.spawn(move || {
                    let mut dead = false;
                    loop {
                        let taken = queue.lock().unwrap().next();
                        let Some((place, job)) = taken else { return };
                        if dead {
                            worker = Worker::start(command());
                        }
                        let answer = worker.ask(job);
                        dead = answer.is_none();
                        let result = answer.ok_or_else(|| worker.child.wait().unwrap());
                        results.lock().unwrap()[place] = Some(result);
                    }
                });
            }
        });
        results.into_inner().unwrap().into_iter().flatten().collect()
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must be at least one");
    Pool::new(workers, &command).map(jobs)
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
