//! Quiescence on Linux, from `/proc/PID/task/*/{stat,syscall,schedstat}` (proc(5)).
//!
//! Every thread is looked at twice. It sleeps when both times its state is `S`, its `syscall` file does not say `running`
//! (the kernel answers that file only for a thread that is off the CPU), and its count of time slices is the same: then it
//! slept from the first look to the second. The spans of all threads overlap, so there was an instant in which all slept.
//! The set of threads is the same when every known thread is still there and their number equals the kernel's.
//!
//! This is the hot path of the kit: files stay open and are read again in place; threads that sleep until the judge answers
//! are not looked at; the directory is listed only when the number of threads has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::time::ClockId;

use super::syscalls;
use super::watch::{Doing, LATE, Look, Seen, Timer, Watch};
use crate::wire::Tid;

/// Threads whose files are kept open at most: three descriptors each.
const OPEN_AT_MOST: usize = 80;

/// How often a look begins anew when threads come and go meanwhile.
const TRIES: usize = 4;

pub(super) struct Procfs {
    tasks: String,
    pid: nix::unistd::Pid,
    threads: BTreeSet<Tid>,
    open: BTreeMap<Tid, Files>,
    /// The thread that was last seen to run: looked at first, so that a busy subject is seen as such at once.
    suspect: Option<Tid>,
}

struct Files {
    stat: File,
    syscall: File,
    schedstat: File,
}

/// A thread at one moment.
struct Moment {
    runs: u64,
    /// How many threads the process has.
    threads: usize,
    /// What it does; `None` while it runs.
    doing: Option<Doing>,
}

/// Why a look can't go on.
enum Broken {
    /// The thread has ended.
    ThreadGone,
    Failed(io::Error),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        let gone = error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(libc::ESRCH);
        if gone { Self::ThreadGone } else { Self::Failed(error) }
    }
}

impl Procfs {
    pub(super) fn new(pid: u32) -> io::Result<Self> {
        let number = i32::try_from(pid).map_err(io::Error::other)?;
        Ok(Self {
            tasks: format!("/proc/{pid}/task"),
            pid: nix::unistd::Pid::from_raw(number),
            threads: BTreeSet::new(),
            open: BTreeMap::new(),
            suspect: None,
        })
    }

    fn list(&mut self) -> io::Result<()> {
        self.threads = fs::read_dir(&self.tasks)?
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .collect();
        self.open.retain(|tid, _| self.threads.contains(tid));
        Ok(())
    }

    fn files(&mut self, tid: Tid) -> Result<&Files, Broken> {
        if !self.open.contains_key(&tid) {
            if self.open.len() >= OPEN_AT_MOST {
                self.open.clear();
            }
            let file = |name: &str| File::open(format!("{}/{tid}/{name}", self.tasks));
            let files =
                Files { stat: file("stat")?, syscall: file("syscall")?, schedstat: file("schedstat")? };
            self.open.insert(tid, files);
        }
        Ok(&self.open[&tid])
    }

    fn moment(&mut self, tid: Tid) -> Result<Moment, Broken> {
        self.read_moment(tid).map_err(|broken| match broken {
            // The files of a thread that has let its memory go belong to root, whoever it was.
            Broken::Failed(error)
                if error.kind() == io::ErrorKind::PermissionDenied && self.is_exiting(tid) =>
            {
                Broken::ThreadGone
            }
            broken => broken,
        })
    }

    /// Whether the thread is about to go, or has gone.
    fn is_exiting(&self, tid: Tid) -> bool {
        let stat = fs::read(format!("{}/{tid}/stat", self.tasks));
        stat.map_or(true, |stat| parse_flags(&stat).is_some_and(|flags| flags & EXITING != 0))
    }

    fn read_moment(&mut self, tid: Tid) -> Result<Moment, Broken> {
        let pid = self.pid;
        let files = self.files(tid)?;
        let mut buffer = [0; 512];
        let (state, threads) = parse_stat(read(&files.stat, &mut buffer)?)?;
        let mut moment = Moment { runs: 0, threads, doing: None };
        if state == b'S' {
            let text = read(&files.syscall, &mut buffer)?;
            moment.doing = syscalls::doing(text);
            if moment.doing == Some(Doing::WaitsForTime(Timer::Sleep)) {
                let asked = syscalls::sleeps_for(text).and_then(|at| timespec(pid, at));
                if asked.is_some_and(|asked| asked > LATE) {
                    moment.doing = Some(Doing::WaitsForTime(Timer::LongSleep));
                }
            }
        } else if matches!(state, b'Z' | b'X') {
            return Err(Broken::ThreadGone);
        }
        moment.runs = parse_slices(read(&files.schedstat, &mut buffer)?)?;
        Ok(moment)
    }

    /// One look at the threads that are listed; `None` when the list was found to be out of date.
    fn look_once(
        &mut self,
        parked: &BTreeSet<Tid>,
        spinning: &BTreeSet<Tid>,
    ) -> Result<Option<Look>, Broken> {
        let mut tids: Vec<Tid> = self.threads.difference(parked).copied().collect();
        if let Some(at) = self.suspect.and_then(|suspect| tids.iter().position(|&tid| tid == suspect)) {
            tids.swap(0, at);
        }
        let mut first = Vec::with_capacity(tids.len());
        for &tid in &tids {
            let moment = self.moment(tid)?;
            if moment.threads != self.threads.len() {
                return Ok(None);
            }
            if moment.doing.is_none() && !spinning.contains(&tid) {
                self.suspect = Some(tid);
                return Ok(Some(Look::Busy));
            }
            first.push(moment);
        }
        let mut seen = Vec::with_capacity(tids.len());
        for (&tid, before) in tids.iter().zip(&first) {
            let after = self.moment(tid)?;
            if after.threads != self.threads.len() {
                return Ok(None);
            }
            let slept = before.runs == after.runs && before.doing.is_some() && after.doing.is_some();
            let doing = match (slept, before.doing, after.doing) {
                (true, _, Some(doing)) => doing,
                // It ran meanwhile, but only to wait for time again: whoever looks decides what that means.
                (false, Some(timed @ Doing::WaitsForTime(_)), Some(Doing::WaitsForTime(_))) => timed,
                _ if spinning.contains(&tid) => Doing::Runs,
                _ => {
                    self.suspect = Some(tid);
                    return Ok(Some(Look::Busy));
                }
            };
            seen.push(Seen { tid, runs: after.runs, doing });
        }
        Ok(Some(Look::Asleep(seen)))
    }
}

impl Watch for Procfs {
    fn look(&mut self, parked: &BTreeSet<Tid>, spinning: &BTreeSet<Tid>) -> io::Result<Look> {
        for _ in 0..TRIES {
            if self.threads.is_empty() {
                match self.list() {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Look::Gone),
                    listed => listed?,
                }
            }
            match self.look_once(parked, spinning) {
                Ok(Some(look)) => return Ok(look),
                Ok(None) | Err(Broken::ThreadGone) => {
                    self.open.retain(|tid, _| parked.contains(tid));
                    self.threads.clear();
                }
                Err(Broken::Failed(error)) => return Err(error),
            }
        }
        // Threads come and go faster than they can be listed: something runs.
        Ok(Look::Busy)
    }

    fn cpu(&mut self) -> io::Result<Duration> {
        let clock = ClockId::pid_cpu_clock_id(self.pid)?;
        Ok(Duration::from(clock.now()?))
    }

    fn running(&mut self, parked: &BTreeSet<Tid>) -> Vec<Tid> {
        if self.list().is_err() {
            return Vec::new();
        }
        let tids: Vec<Tid> = self.threads.difference(parked).copied().collect();
        tids.into_iter().filter(|&tid| self.moment(tid).is_ok_and(|moment| moment.doing.is_none())).collect()
    }

    fn has(&mut self, tid: Tid) -> bool {
        self.threads.contains(&tid) || fs::metadata(format!("{}/{tid}", self.tasks)).is_ok()
    }

    fn name(&mut self, tid: Tid) -> Option<String> {
        let name = fs::read_to_string(format!("{}/{tid}/comm", self.tasks)).ok()?;
        Some(name.trim_end().to_owned())
    }
}

/// A `timespec` in the memory of a process: how long a sleep was asked to be. `None` where it can't be read; then the sleep
/// is only known by waiting.
fn timespec(pid: nix::unistd::Pid, address: u64) -> Option<Duration> {
    let mut bytes = [0; 16];
    let remote = RemoteIoVec { base: usize::try_from(address).ok()?, len: bytes.len() };
    let count = process_vm_readv(pid, &mut [io::IoSliceMut::new(&mut bytes)], &[remote]).ok()?;
    let (seconds, nanos) = bytes.split_at(8);
    let number = |part: &[u8]| part.try_into().ok().map(u64::from_ne_bytes);
    (count == 16).then_some(Duration::new(number(seconds)?, u32::try_from(number(nanos)?).ok()?))
}

fn read<'a>(file: &File, buffer: &'a mut [u8]) -> io::Result<&'a [u8]> {
    let count = file.read_at(buffer, 0)?;
    Ok(&buffer[..count])
}

/// The kernel's `PF_EXITING`.
const EXITING: u32 = 4;

/// The fields of a `stat` file from the third on. The name, field 2, stands in parentheses and may hold any byte.
fn fields(text: &[u8]) -> Option<&str> {
    let name_end = text.iter().rposition(|&byte| byte == b')')?;
    std::str::from_utf8(text.get(name_end + 2..)?).ok()
}

/// The kernel's flags of a thread (field 9) of a `stat` file.
fn parse_flags(text: &[u8]) -> Option<u32> {
    fields(text)?.split(' ').nth(6)?.parse().ok()
}

/// The state (field 3) and the number of threads (field 20) of a `stat` file.
fn parse_stat(text: &[u8]) -> io::Result<(u8, usize)> {
    let parse = || {
        let fields = fields(text)?;
        let state = *fields.as_bytes().first()?;
        Some((state, fields.split(' ').nth(17)?.parse().ok()?))
    };
    parse().ok_or_else(|| unreadable("stat", text))
}

/// The number of time slices, the third field of a `schedstat` file.
fn parse_slices(text: &[u8]) -> io::Result<u64> {
    let parse = || std::str::from_utf8(text).ok()?.split_whitespace().nth(2)?.parse().ok();
    parse().ok_or_else(|| unreadable("schedstat", text))
}

fn unreadable(file: &str, text: &[u8]) -> io::Error {
    io::Error::other(format!(
        "/proc/…/{file} reads {:?}, which is not understood",
        String::from_utf8_lossy(text)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_name_may_look_like_fields() {
        let line = b"42 (a) S 1) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 7 18\n";
        assert_eq!(parse_stat(line).unwrap(), (b'R', 7));
        assert_eq!(parse_flags(line), Some(6));
        assert_eq!(parse_slices(b"10 20 30\n").unwrap(), 30);
    }

    #[test]
    fn how_long_a_sleep_was_asked_to_be_is_read_from_the_sleeping_thread() {
        let wanted = [30_u64, 300].map(|ms| {
            // A child that dies with its thread is not needed: the threads sleep on when the test has ended.
            std::thread::spawn(move || {
                loop {
                    std::thread::sleep(Duration::from_millis(ms));
                }
            });
            if ms > 100 { Timer::LongSleep } else { Timer::Sleep }
        });
        let mut watch = Procfs::new(std::process::id()).unwrap();
        let mut seen = Vec::new();
        while !wanted.iter().all(|timer| seen.contains(timer)) {
            watch.list().unwrap();
            for tid in watch.threads.clone() {
                if let Ok(Moment { doing: Some(Doing::WaitsForTime(timer)), .. }) = watch.moment(tid) {
                    seen.push(timer);
                }
            }
        }
    }

    #[test]
    fn this_thread_runs_and_a_blocked_one_sleeps() {
        let mut watch = Procfs::new(std::process::id()).unwrap();
        let (sender, receiver) = std::sync::mpsc::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        let blocked = std::thread::spawn(move || {
            tell.send(nix::unistd::gettid()).unwrap();
            receiver.recv()
        });
        let blocked_tid = Tid::from(told.recv().unwrap().as_raw().unsigned_abs());
        assert!(matches!(watch.look(&BTreeSet::new(), &BTreeSet::new()).unwrap(), Look::Busy));
        // The other thread reaches its wait soon; the loop ends because it does, not because time passes.
        loop {
            watch.list().unwrap();
            let rest: BTreeSet<Tid> =
                watch.threads.iter().copied().filter(|tid| *tid != blocked_tid).collect();
            if let Look::Asleep(seen) = watch.look(&rest, &BTreeSet::new()).unwrap()
                && let [Seen { tid, doing: Doing::WaitsForEvent(super::super::watch::Event::Wakeup), .. }] =
                    seen[..]
            {
                assert_eq!(tid, blocked_tid);
                break;
            }
        }
        drop(sender);
        assert!(blocked.join().unwrap().is_err());
    }
}
