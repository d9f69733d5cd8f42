//! One thread serves all workers as a loop over `select` would: it looks at each without blocking, and sleeps a little where nothing has come.

use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

struct Slot {
    line: UnixStream,
    child: Child,
    job: usize,
    got: Vec<u8>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let _ = self.line.shutdown(std::net::Shutdown::Both);
        let _ = self.child.wait();
    }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers != 0, "workers == 0");
    let mut out: Vec<Result<u64, Option<ExitStatus>>> = vec![Err(None); jobs.len()];
    let mut slots: Vec<Slot> = Vec::new();
    let mut next = 0;
    loop {
        while next < jobs.len() && slots.len() < workers {
            let (mut mine, theirs) = UnixStream::pair().unwrap();
            let theirs = OwnedFd::from(theirs);
            let child = command()
                .stdin(Stdio::from(theirs.try_clone().unwrap()))
                .stdout(Stdio::from(theirs))
                .spawn()
                .expect("spawn");
            mine.write_all(&jobs[next].to_ne_bytes()).unwrap();
            mine.set_nonblocking(true).unwrap();
            slots.push(Slot { line: mine, child, job: next, got: vec![] });
            next += 1;
        }
        if slots.is_empty() {
            break;
        }
        let mut progress = false;
        let mut i = 0;
        while i < slots.len() {
            let slot = &mut slots[i];
            let mut buffer = [0; 8];
            let room = 8 - slot.got.len();
            let ended = match slot.line.read(&mut buffer[..room]) {
                Ok(0) => true,
                Ok(n) => {
                    slot.got.extend_from_slice(&buffer[..n]);
                    false
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    i += 1;
                    continue;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => true,
            };
            progress = true;
            if ended {
                let mut slot = slots.swap_remove(i);
                out[slot.job] = Err(Some(slot.child.wait().unwrap()));
                continue;
            }
            if slot.got.len() == 8 {
                out[slot.job] = Ok(u64::from_ne_bytes(slot.got[..].try_into().unwrap()));
                slot.got.clear();
                if next < jobs.len() {
                    slot.job = next;
                    let _ = slot.line.write_all(&jobs[next].to_ne_bytes());
                    next += 1;
                } else {
                    drop(slots.swap_remove(i));
                    continue;
                }
            }
            i += 1;
        }
        if !progress {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    out.into_iter().map(|r| r.map_err(Option::unwrap)).collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    let mut job = [0; 8];
    while let Ok(()) = std::io::stdin().lock().read_exact(&mut job) {
        let answer = work(u64::from_ne_bytes(job)).to_ne_bytes();
        let mut out = std::io::stdout().lock();
        if out.write_all(&answer).and_then(|()| out.flush()).is_err() {
            break;
        }
    }
}
