//! Slots of OnceLock, an atomic cursor, a socket pair for each worker, and a generic "supervise" that restarts.
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Remote {
    line: UnixStream,
    child: Child,
    over: bool,
}

impl Remote {
    fn new(mut command: Command) -> std::io::Result<Self> {
        let (mine, theirs) = UnixStream::pair()?;
        let other = OwnedFd::from(theirs.try_clone()?);
        let child = command.stdin(Stdio::from(other)).stdout(Stdio::from(OwnedFd::from(theirs))).spawn()?;
        drop(command);
        Ok(Self { line: mine, child, over: false })
    }

    fn ask(&mut self, job: u64) -> Result<u64, ExitStatus> {
        let mut bytes = job.to_le_bytes();
        let talk = self.line.write_all(&bytes).and_then(|()| self.line.read_exact(&mut bytes));
        match talk {
            Ok(()) => Ok(u64::from_le_bytes(bytes)),
            Err(_) => Err(self.end()),
        }
    }

    fn end(&mut self) -> ExitStatus {
        self.over = true;
        let _ = self.line.shutdown(std::net::Shutdown::Both);
        self.child.wait().expect("mine")
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        if !self.over {
            self.end();
        }
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "`workers` has to be at least 1");
    let slots: Vec<OnceLock<Result<u64, ExitStatus>>> = jobs.iter().map(|_| OnceLock::new()).collect();
    let cursor = AtomicUsize::new(0);
    let take = || {
        let index = cursor.fetch_add(1, Ordering::Relaxed);
        jobs.get(index).map(|&job| (index, job))
    };
    let serve = || {
        let mut taken = take();
        'process: while let Some((mut index, mut job)) = taken {
            let mut remote = Remote::new(command()).expect("worker process");
            loop {
                let result = remote.ask(job);
                slots[index].set(result).expect("each job once");
                taken = take();
                let Some(next) = taken else { break 'process };
                if result.is_err() {
                    continue 'process;
                }
                (index, job) = next;
            }
        }
    };
    std::thread::scope(|scope| {
        // this thread serves, too
        for _ in 1..workers.min(jobs.len()) {
            scope.spawn(serve);
        }
        serve();
    });
    slots.into_iter().map(|slot| slot.into_inner().expect("worked")).collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let mut bytes = [0; 8];
    while std::io::stdin().read_exact(&mut bytes).is_ok() {
        let mut out = std::io::stdout();
        if out.write_all(&work(u64::from_le_bytes(bytes)).to_le_bytes()).is_err() || out.flush().is_err() {
            return;
        }
    }
}
