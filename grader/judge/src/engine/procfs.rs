//! Quiescence on Linux, from `/proc/PID/task/*/{stat,syscall,schedstat}` (proc(5)).
//!
//! A thread sleeps when its state is `S` and its `syscall` file does not say `running` (the kernel answers that file only for a
//! thread that is off the CPU). It goes on sleeping for as long as its state and its count of time slices stay the same. So a
//! thread that was seen to sleep needs no more than those two at the next look, and only one that ran since is looked at from the
//! start. Every look ends with a second round over all threads: the spans in which they slept overlap, so there was an instant in
//! which all slept. No thread is missing from the round when the kernel's own count of them, taken between the two, is the
//! number of those that are listed.
//!
//! This is the hot path of the kit: threads that sleep until the judge answers are not looked at.

mod socket;
mod threads;
mod tree;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::time::ClockId;
use nix::unistd::Pid;
use rustix::net::sockopt::Timeout;

use self::threads::{Broken, Threads, read};
pub(super) use self::tree::Tree;
use super::syscalls;
use super::task_files::{parse_schedstat, parse_state, timespec};
use super::watch::{Doing, Event, LATE, Look, Seen, Timer, Usage, Watch};
use crate::wire::Tid;

/// How often a look begins anew when threads run, come or go meanwhile.
const TRIES: usize = 4;

pub(super) struct Procfs {
    pid: Pid,
    threads: Threads,
    /// The thread that was last seen to run: looked at first, so that a busy subject is seen as such at once.
    suspect: Option<Tid>,
    /// Whether the clock of the main thread's event loop is held.
    held: bool,
    /// Where it is one of several processes: the pipes that the judge empties. Others may be full until one of them reads.
    outlets: Option<Arc<[PathBuf]>>,
}

/// What a second round has found.
struct Round {
    seen: Vec<Seen>,
    /// Threads that ran since the first and wait for time again, each with the turns that it has had.
    woke: Vec<(Tid, u64)>,
}

/// A sleep: it lasts until the thread has had another turn on a CPU.
#[derive(Clone, Copy)]
struct Rest {
    turns: u64,
    doing: Doing,
}

impl Procfs {
    pub(super) fn new(pid: u32) -> io::Result<Self> {
        let number = i32::try_from(pid).map_err(io::Error::other)?;
        let threads = Threads::of(pid);
        Ok(Self { pid: Pid::from_raw(number), threads, suspect: None, held: false, outlets: None })
    }

    /// One of several processes, of which the main one's output goes to these pipes.
    fn of_one_of_several(pid: u32, outlets: &Arc<[PathBuf]>) -> io::Result<Self> {
        let number = i32::try_from(pid).map_err(io::Error::other)?;
        Ok(Self {
            pid: Pid::from_raw(number),
            threads: Threads::of_one_of_several(pid),
            suspect: None,
            held: false,
            outlets: Some(Arc::clone(outlets)),
        })
    }

    fn turns(&mut self, tid: Tid) -> Result<u64, Broken> {
        let mut buffer = [0; 128];
        Ok(parse_schedstat(read(&self.threads.known(tid)?.schedstat, &mut buffer)?)?.1)
    }

    fn usage_of(&mut self, tid: Tid) -> Result<Usage, Broken> {
        let mut buffer = [0; 128];
        let (cpu, _) = parse_schedstat(read(&self.threads.known(tid)?.schedstat, &mut buffer)?)?;
        let status = fs::read_to_string(self.threads.path(tid, "status")?)?;
        let turns = status.lines().find_map(|line| line.strip_prefix("nonvoluntary_ctxt_switches:"));
        Ok(Usage { cpu, turns: turns.and_then(|turns| turns.trim().parse().ok()).unwrap_or(0) })
    }

    /// The sleep that a thread is in; `None` while it runs. It began before this returns, if [`Procfs::still`] holds later.
    fn rest(&mut self, tid: Tid) -> Result<Option<Rest>, Broken> {
        // First: what is read after this is of the same sleep as long as the number stays.
        let turns = self.turns(tid)?;
        let pid = self.pid;
        let files = self.threads.known(tid)?;
        let mut buffer = [0; 512];
        match parse_state(read(&files.stat, &mut buffer)?)? {
            b'S' => {}
            b'Z' | b'X' => return Err(Broken::ThreadGone),
            _ => return Ok(None),
        }
        let text = files.read_syscall(&mut buffer)?;
        let Some(doing) = syscalls::doing(text).or_else(|| self.writes(tid, text)) else { return Ok(None) };
        let is_held = self.held && tid == self.threads.main();
        let read = |at| timespec(pid, at);
        let doing = match doing {
            Doing::WaitsForTime(Timer::Sleep) => {
                Doing::WaitsForTime(match syscalls::sleeps_for(text).and_then(read) {
                    Some(asked) if asked > LATE => Timer::LongSleep,
                    Some(asked) => Timer::ShortSleep(asked),
                    None => Timer::Sleep,
                })
            }
            Doing::WaitsForTime(Timer::EventOrTimeout) => {
                let end = syscalls::waits_until(text).and_then(read).and_then(on_the_monotonic_clock);
                Doing::WaitsForTime(end.map_or(Timer::EventOrTimeout, Timer::EventUntil))
            }
            Doing::WaitsForEvent(Event::Socket) => {
                socket::wait_on(pid, syscalls::reads_from(text), Timeout::Recv)
            }
            Doing::WaitsForTime(Timer::Descriptors) if is_held => {
                syscalls::polls_for(text).map_or(doing, |ms| Doing::WaitsForEvent(Event::Held(ms)))
            }
            other => other,
        };
        Ok(Some(Rest { turns, doing }))
    }

    /// What a thread waits for that writes: nothing, where the judge reads what it writes, which always goes on.
    fn writes(&self, tid: Tid, text: &[u8]) -> Option<Doing> {
        let outlets = self.outlets.as_ref()?;
        let descriptor = syscalls::writes_to(text)?;
        let to = fs::read_link(self.threads.path(tid, &format!("fd/{descriptor}")).ok()?).ok()?;
        let is_a = |kind: &[u8]| to.as_os_str().as_bytes().starts_with(kind);
        match () {
            () if is_a(b"pipe:") && !outlets.contains(&to) => Some(Doing::WaitsForEvent(Event::Room)),
            // Of this process and another, or a channel to the judge: it goes on by itself then.
            () if is_a(b"socket:") => Some(socket::wait_on(self.pid, Some(descriptor), Timeout::Send)),
            () => None,
        }
    }

    /// Whether a thread has not left the sleep that began after so many turns.
    fn still(&mut self, tid: Tid, turns: u64) -> Result<bool, Broken> {
        let mut buffer = [0; 512];
        // One that was woken and has not had its turn yet does not sleep: its state is `R`. (Its `syscall` file may not say so
        // while it is being moved to another CPU.)
        let asleep = parse_state(read(&self.threads.known(tid)?.stat, &mut buffer)?)? == b'S';
        Ok(asleep && self.turns(tid)? == turns)
    }

    /// One look at the threads that are listed; `None` when something changed meanwhile.
    fn look_once(
        &mut self,
        exempt: &dyn Fn(Tid) -> bool,
        spinning: &BTreeSet<Tid>,
    ) -> Result<Option<Look>, Broken> {
        let tids = self.to_look_at(exempt);
        if !self.all_rest(&tids, spinning)? {
            return Ok(Some(Look::Busy));
        }
        if !self.threads.are_all_listed()? {
            return Ok(None);
        }
        Ok(self.all_rest_on(&tids, spinning)?.map(|round| Look::Asleep(round.seen)))
    }

    /// The threads that are listed and not exempt, one that runs most likely first.
    fn to_look_at(&self, exempt: &dyn Fn(Tid) -> bool) -> Vec<Tid> {
        let mut tids = self.threads.listed(exempt);
        if let Some(at) = self.suspect.and_then(|suspect| tids.iter().position(|&tid| tid == suspect)) {
            tids.swap(0, at);
        }
        tids
    }

    /// The first round: whether each of these threads sleeps, or is known to spin.
    fn all_rest(&mut self, tids: &[Tid], spinning: &BTreeSet<Tid>) -> Result<bool, Broken> {
        for &tid in tids {
            if self.threads.known(tid)?.rest.is_none() {
                let rest = self.rest(tid)?;
                if rest.is_none() && !spinning.contains(&tid) {
                    self.suspect = Some(tid);
                    return Ok(false);
                }
                self.threads.known(tid)?.rest = rest;
            }
        }
        Ok(true)
    }

    /// The second round: what each of them does, if all have slept on. `None` where one has run.
    fn all_rest_on(&mut self, tids: &[Tid], spinning: &BTreeSet<Tid>) -> Result<Option<Round>, Broken> {
        let (mut seen, mut woke) = (Vec::with_capacity(tids.len()), Vec::new());
        for &tid in tids {
            let before = self.threads.known(tid)?.rest;
            if let Some(Rest { turns, doing }) = before
                && self.still(tid, turns)?
            {
                seen.push(Seen { tid, turns, doing });
                continue;
            }
            let timed = |rest: Option<Rest>| rest.filter(|rest| matches!(rest.doing, Doing::WaitsForTime(_)));
            let now = if timed(before).is_some() { timed(self.rest(tid)?) } else { None };
            self.threads.known(tid)?.rest = now;
            let doing = match now {
                // It ran meanwhile, but only to wait for time again: whoever looks decides what that means.
                Some(rest) => {
                    woke.push((tid, rest.turns));
                    rest.doing
                }
                None if spinning.contains(&tid) => Doing::Runs,
                None => {
                    self.suspect = Some(tid);
                    return Ok(None);
                }
            };
            seen.push(Seen { tid, turns: self.turns(tid)?, doing });
        }
        Ok(Some(Round { seen, woke }))
    }
}

impl Watch for Procfs {
    fn look(
        &mut self,
        exempt: &dyn Fn(Tid) -> bool,
        spinning: &BTreeSet<Tid>,
        _owed: bool,
    ) -> io::Result<Look> {
        for _ in 0..TRIES {
            match self.threads.up_to_date(exempt) {
                Ok(true) => {}
                Ok(false) => return Ok(Look::Busy),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Look::Gone),
                Err(error) => return Err(error),
            }
            match self.look_once(exempt, spinning) {
                Ok(Some(look)) => {
                    self.threads.suffice();
                    return Ok(look);
                }
                Ok(None) => {}
                Err(Broken::ThreadGone) => self.threads.forget_current(),
                // The files of a thread that has let its memory go belong to root, whoever it was.
                Err(Broken::Failed(error))
                    if error.kind() == io::ErrorKind::PermissionDenied && self.threads.some_exit() =>
                {
                    return Ok(Look::Busy);
                }
                Err(Broken::Failed(error)) => return Err(error),
            }
        }
        // Threads come and go faster than they can be listed: something runs.
        Ok(Look::Busy)
    }

    fn main_is_held(&mut self) {
        self.held = true;
    }

    fn cpu(&mut self) -> io::Result<Duration> {
        let clock = ClockId::pid_cpu_clock_id(self.pid)?;
        Ok(Duration::from(clock.now()?))
    }

    fn usage(&mut self, exempt: &dyn Fn(Tid) -> bool) -> Vec<(Tid, Usage)> {
        if self.threads.is_empty() && self.threads.list().is_err() {
            return Vec::new();
        }
        let tids = self.threads.listed(exempt);
        tids.into_iter().filter_map(|tid| Some((tid, self.usage_of(tid).ok()?))).collect()
    }

    fn waits_at(&mut self, tid: Tid) -> Option<u64> {
        let mut buffer = [0; 512];
        syscalls::waits_at(self.threads.known(tid).ok()?.read_syscall(&mut buffer).ok()?)
    }

    fn main(&self) -> Tid {
        self.threads.main()
    }

    fn has(&mut self, tid: Tid) -> bool {
        self.threads.has(tid)
    }

    fn finds(&mut self, tid: Tid) -> bool {
        self.threads.forget();
        self.threads.list().is_ok() && self.has(tid)
    }

    fn alive(&mut self) -> Option<usize> {
        usize::try_from(self.threads.count().ok()?).ok()
    }

    fn lacks(&mut self, tid: Tid) -> bool {
        !self.threads.has(tid) && self.threads.lacks(tid)
    }

    fn births(&self) -> usize {
        self.threads.births()
    }

    fn sleep(&mut self, tid: Tid) -> Option<Seen> {
        let Rest { turns, doing } = self.rest(tid).ok().flatten()?;
        Some(Seen { tid, turns, doing })
    }

    fn turns(&mut self, tid: Tid) -> Option<u64> {
        Self::turns(self, tid).ok()
    }

    fn name(&mut self, tid: Tid) -> Option<String> {
        let name = fs::read_to_string(self.threads.path(tid, "comm").ok()?).ok()?;
        Some(name.trim_end().to_owned())
    }
}

/// A point in time as the kernel counts it; one that has passed is now. (An `Instant` is of the same clock; the sandbox has no other.)
fn on_the_monotonic_clock(time: Duration) -> Option<Instant> {
    // In this order: should time pass between the two, the end seems nearer than it is.
    let now = Instant::now();
    let passed = Duration::from(ClockId::CLOCK_MONOTONIC.now().ok()?);
    now.checked_add(time.saturating_sub(passed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_a_sleep_was_asked_to_be_is_read_from_the_sleeping_thread() {
        let wanted = [30_u64, 300].map(|ms| {
            // A child that dies with its thread is not needed: the threads sleep on when the test has ended.
            std::thread::spawn(move || {
                loop {
                    std::thread::sleep(Duration::from_millis(ms));
                }
            });
            if ms > 100 { Timer::LongSleep } else { Timer::ShortSleep(Duration::from_millis(ms)) }
        });
        let mut watch = Procfs::new(std::process::id()).unwrap();
        let mut seen = Vec::new();
        while !wanted.iter().all(|timer| seen.contains(timer)) {
            watch.threads.list().unwrap();
            for tid in watch.threads.listed(&|_| false) {
                if let Ok(Some(Rest { doing: Doing::WaitsForTime(timer), .. })) = watch.rest(tid) {
                    seen.push(timer);
                }
            }
        }
    }

    #[test]
    fn until_when_a_thread_waits_is_read_from_it_and_never_later_than_it_is() {
        const LIMIT: Duration = Duration::from_hours(1);
        let before = Instant::now();
        // It ends with the process. Other threads may wait with other limits.
        std::thread::spawn(|| std::thread::park_timeout(LIMIT));
        let mut watch = Procfs::new(std::process::id()).unwrap();
        let end = loop {
            watch.threads.list().unwrap();
            let tids = watch.threads.listed(&|_| false);
            let ends = tids.into_iter().filter_map(|tid| match watch.rest(tid) {
                Ok(Some(Rest { doing: Doing::WaitsForTime(Timer::EventUntil(end)), .. })) => Some(end),
                _ => None,
            });
            if let Some(end) = ends.max().filter(|&end| end > before + LIMIT / 2) {
                break end;
            }
        };
        assert!(end <= Instant::now() + LIMIT);
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
        assert!(matches!(watch.look(&|_| false, &BTreeSet::new(), false).unwrap(), Look::Busy));
        // The other thread reaches its wait soon; the loop ends because it does, not because time passes.
        loop {
            watch.threads.list().unwrap();
            if let Look::Asleep(seen) =
                watch.look(&|tid| tid != blocked_tid, &BTreeSet::new(), false).unwrap()
                && let [Seen { tid, doing: Doing::WaitsForEvent(Event::Wakeup), .. }] = seen[..]
            {
                assert_eq!(tid, blocked_tid);
                break;
            }
        }
        drop(sender);
        assert!(blocked.join().unwrap().is_err());
    }
}
