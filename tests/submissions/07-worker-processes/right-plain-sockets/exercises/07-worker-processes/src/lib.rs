//! Plain, on a pair of sockets for each worker.
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, ExitStatus};
use std::sync::Mutex;
use std::thread;

struct Worker {
    child: Child,
    line: Option<UnixStream>,
}

impl Worker {
    fn start(mut command: Command) -> Self {
        let (line, theirs) = UnixStream::pair().expect("a pair");
        let theirs = OwnedFd::from(theirs);
        command.stdin(theirs.try_clone().expect("a copy")).stdout(theirs);
        Self { child: command.spawn().expect("a worker starts"), line: Some(line) }
    }

    fn ask(&mut self, job: u64) -> Option<u64> {
        let line = self.line.as_mut()?;
        line.write_all(&job.to_le_bytes()).ok()?;
        let mut answer = [0; 8];
        line.read_exact(&mut answer).ok()?;
        Some(u64::from_le_bytes(answer))
    }

    fn end(&mut self) -> ExitStatus {
        self.line = None;
        self.child.wait().expect("it is mine")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must be positive");
    let queue = Mutex::new(jobs.iter().copied().enumerate());
    let results = Mutex::new(vec![None; jobs.len()]);
    thread::scope(|scope| {
        for _ in 0..workers.min(jobs.len()) {
            scope.spawn(|| {
                let mut mine: Option<Worker> = None;
                loop {
                    let Some((index, job)) = queue.lock().unwrap().next() else { break };
                    let worker = mine.get_or_insert_with(|| Worker::start(command()));
                    let result = match worker.ask(job) {
                        Some(answer) => Ok(answer),
                        None => {
                            let status = worker.end();
                            mine = None;
                            Err(status)
                        }
                    };
                    results.lock().unwrap()[index] = Some(result);
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
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    let mut job = [0; 8];
    while input.read_exact(&mut job).is_ok() {
        let answer = work(u64::from_le_bytes(job));
        if output.write_all(&answer.to_le_bytes()).and_then(|()| output.flush()).is_err() {
            return;
        }
    }
}
