//! Quiescence on Linux, from `/proc/PID/task/*/{stat,syscall,schedstat}` (proc(5)).
//!
//! A thread sleeps when its state is `S` and its `syscall` file does not say `running` (the kernel answers that file only for a
//! thread that is off the CPU). It goes on sleeping for as long as its state and its count of time slices stay the same. So a thread that was seen to sleep needs no more than those two at the next look, and only one that ran since is looked at
//! from the start. Every look ends with a second round over all threads: the spans in which they slept overlap, so there was an
//! instant in which all slept. No thread is missing from the round when the kernel's own count of them, taken between
//! the two, is the number of those that are known.
//!
//! This is the hot path of the kit: files stay open and are read again in place; threads that sleep until the judge answers
//! are not looked at; the directory is listed only when the number of threads has changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::time::{Duration, Instant};

use nix::time::ClockId;

use super::syscalls;
use super::task_files::{
    EXITING, OwnNumber, parse_flags, parse_own_number, parse_schedstat, parse_state, timespec,
};
use super::watch::{Doing, LATE, Look, Seen, Timer, Usage, Watch};
use crate::wire::Tid;

/// Threads whose files are kept open at most, three descriptors each: a fair share where many subjects are watched at once.
const KNOWN_AT_MOST: usize = 1_200;

/// Threads that are looked at for whether they have ended before all of them are listed anew.
const ASKED_AT_MOST: usize = 64;

/// How often a look begins anew when threads run, come or go meanwhile.
const TRIES: usize = 4;

/// How often this process may be out of descriptors without a single look that came to its end.
const STARVED_AT_MOST: u32 = 1_000;

pub(super) struct Procfs {
    tasks: String,
    /// The main thread, as the subject numbers it.
    main: Tid,
    /// Whether the subject has a process table of its own, and so other numbers for its threads.
    apart: bool,
    pid: nix::unistd::Pid,
    /// The directory itself: it has as many links as there are threads, and two more.
    directory: Option<File>,
    /// The threads that were listed last, with their numbers here.
    threads: BTreeMap<Tid, u32>,
    /// How many threads there were at the last look.
    counted: u64,
    known: BTreeMap<Tid, Known>,
    /// The thread that was last seen to run: looked at first, so that a busy subject is seen as such at once.
    suspect: Option<Tid>,
    /// The thread whose files were wanted last.
    current: Option<Tid>,
    /// How often descriptors ran out since the last look that came to its end.
    starved: u32,
}

/// A thread: its files, which are those of no other even where its number is given again, and the sleep it was last seen in.
struct Known {
    stat: File,
    syscall: File,
    schedstat: File,
    rest: Option<Rest>,
}

/// A sleep: it lasts until the thread has had another turn on a CPU.
#[derive(Clone, Copy)]
struct Rest {
    turns: u64,
    doing: Doing,
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
        let tasks = format!("/proc/{pid}/task");
        // One that has ended already has no numbers to tell apart.
        let own = own_number(&tasks, pid).unwrap_or(OwnNumber { tid: Tid::from(pid), apart: false });
        // Where the subject's own process table is shown to it, its threads are looked at there, under its own numbers.
        let inside = format!("/proc/{pid}/root/proc/{}/task", own.tid);
        let seen_inside = own.apart && is_same(&inside, &tasks, pid, own.tid);
        Ok(Self {
            tasks: if seen_inside { inside } else { tasks },
            main: own.tid,
            apart: own.apart && !seen_inside,
            pid: nix::unistd::Pid::from_raw(number),
            directory: None,
            threads: BTreeMap::new(),
            counted: 0,
            known: BTreeMap::new(),
            suspect: None,
            current: None,
            starved: 0,
        })
    }

    fn list(&mut self) -> io::Result<()> {
        let listed = fs::read_dir(&self.tasks)?;
        let listed = listed.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
        self.threads = if self.apart {
            let before: HashMap<u32, Tid> = self.threads.iter().map(|(&tid, &here)| (here, tid)).collect();
            // A thread that has ended meanwhile is left out; then their number tells that the list is out of date.
            let read = |here| own_number(&self.tasks, here).map(|own| own.tid);
            let own = |here| before.get(&here).copied().or_else(|| read(here));
            listed.filter_map(|here| Some((own(here)?, here))).collect()
        } else {
            listed.map(|here| (Tid::from(here), here)).collect()
        };
        self.known.retain(|tid, _| self.threads.contains_key(tid));
        Ok(())
    }

    /// Forgets all threads and their numbers.
    fn forget(&mut self) {
        self.known.clear();
        self.threads.clear();
    }

    /// Forgets the thread whose files were wanted last: it has ended. The others' files and sleeps are as good as before.
    fn forget_current(&mut self) {
        if let Some(tid) = self.current.take() {
            self.known.remove(&tid);
            self.threads.remove(&tid);
        }
    }

    /// Lists the threads where their number has changed, once it has been the same for two looks: while threads start or end one
    /// after the other, something runs.
    fn up_to_date(&mut self, exempt: &dyn Fn(Tid) -> bool) -> io::Result<bool> {
        let count = self.count()?;
        let settled = std::mem::replace(&mut self.counted, count) == count;
        if settled && count < self.threads.len() as u64 {
            self.forget_ended(exempt);
        }
        if settled && count != self.threads.len() as u64 {
            self.list()?;
        }
        Ok(settled)
    }

    /// Forgets the threads that have ended. Those that are exempt sleep, so it is some of the others, mostly few: to list hundreds
    /// again whenever one of them ends would take longer than all the rest.
    fn forget_ended(&mut self, exempt: &dyn Fn(Tid) -> bool) {
        let others: Vec<Tid> = self.threads.keys().copied().filter(|&tid| !exempt(tid)).collect();
        if others.len() > ASKED_AT_MOST {
            return;
        }
        for tid in others {
            let mut buffer = [0; 128];
            let there = match self.known.get(&tid) {
                Some(known) => read(&known.schedstat, &mut buffer).is_ok(),
                None => self.path(tid, "").is_ok_and(|path| fs::metadata(path).is_ok()),
            };
            if !there {
                self.known.remove(&tid);
                self.threads.remove(&tid);
            }
        }
    }

    /// Whether some thread is about to go, or has gone.
    fn some_exit(&self) -> bool {
        self.threads.keys().any(|&tid| {
            let stat = self.path(tid, "stat").and_then(fs::read);
            stat.map_or(true, |stat| parse_flags(&stat).is_some_and(|flags| flags & EXITING != 0))
        })
    }

    /// How many threads the kernel counts.
    fn count(&mut self) -> io::Result<u64> {
        let directory = match &mut self.directory {
            Some(directory) => directory,
            none => none.insert(File::open(&self.tasks)?),
        };
        Ok(directory.metadata()?.nlink().saturating_sub(2))
    }

    fn known(&mut self, tid: Tid) -> Result<&mut Known, Broken> {
        self.current = Some(tid);
        if !self.known.contains_key(&tid) {
            if self.known.len() >= KNOWN_AT_MOST {
                self.known.clear();
            }
            let known = match self.open(tid) {
                // No descriptors are left: those of the others can be had again.
                Err(error) if error.raw_os_error() == Some(libc::EMFILE) => {
                    self.starved += 1;
                    if self.starved > STARVED_AT_MOST {
                        let more = format!("{error}: allow more of them (`ulimit -n 4096`)");
                        return Err(Broken::Failed(io::Error::new(error.kind(), more)));
                    }
                    self.known.clear();
                    self.open(tid)?
                }
                opened => opened?,
            };
            self.known.insert(tid, known);
        }
        Ok(self.known.get_mut(&tid).expect("it was inserted just now"))
    }

    /// The file of a thread.
    fn path(&self, tid: Tid, name: &str) -> io::Result<String> {
        let here = self.threads.get(&tid).ok_or(io::ErrorKind::NotFound)?;
        Ok(format!("{}/{here}/{name}", self.tasks))
    }

    fn open(&self, tid: Tid) -> io::Result<Known> {
        let file = |name: &str| File::open(self.path(tid, name)?);
        Ok(Known {
            stat: file("stat")?,
            syscall: file("syscall")?,
            schedstat: file("schedstat")?,
            rest: None,
        })
    }

    fn turns(&mut self, tid: Tid) -> Result<u64, Broken> {
        let mut buffer = [0; 128];
        Ok(parse_schedstat(read(&self.known(tid)?.schedstat, &mut buffer)?)?.1)
    }

    fn usage_of(&mut self, tid: Tid) -> Result<Usage, Broken> {
        let mut buffer = [0; 128];
        let (cpu, _) = parse_schedstat(read(&self.known(tid)?.schedstat, &mut buffer)?)?;
        let status = fs::read_to_string(self.path(tid, "status")?)?;
        let turns = status.lines().find_map(|line| line.strip_prefix("nonvoluntary_ctxt_switches:"));
        Ok(Usage { cpu, turns: turns.and_then(|turns| turns.trim().parse().ok()).unwrap_or(0) })
    }

    /// The sleep that a thread is in; `None` while it runs. It began before this returns, if [`Procfs::still`] holds later.
    fn rest(&mut self, tid: Tid) -> Result<Option<Rest>, Broken> {
        // First: what is read after this is of the same sleep as long as the number stays.
        let turns = self.turns(tid)?;
        let pid = self.pid;
        let files = self.known(tid)?;
        let mut buffer = [0; 512];
        match parse_state(read(&files.stat, &mut buffer)?)? {
            b'S' => {}
            b'Z' | b'X' => return Err(Broken::ThreadGone),
            _ => return Ok(None),
        }
        let text = read(&files.syscall, &mut buffer)?;
        let Some(doing) = syscalls::doing(text) else { return Ok(None) };
        let read = |at| timespec(pid, at);
        let doing = match doing {
            Doing::WaitsForTime(Timer::Sleep) => {
                Doing::WaitsForTime(match syscalls::sleeps_for(text).and_then(read) {
                    Some(asked) if asked > LATE => Timer::LongSleep,
                    Some(_) => Timer::ShortSleep,
                    None => Timer::Sleep,
                })
            }
            Doing::WaitsForTime(Timer::EventOrTimeout) => {
                let end = syscalls::waits_until(text).and_then(read).and_then(on_the_monotonic_clock);
                Doing::WaitsForTime(end.map_or(Timer::EventOrTimeout, Timer::EventUntil))
            }
            other => other,
        };
        Ok(Some(Rest { turns, doing }))
    }

    /// Whether a thread has not left the sleep that began after so many turns.
    fn still(&mut self, tid: Tid, turns: u64) -> Result<bool, Broken> {
        let mut buffer = [0; 512];
        // One that was woken and has not had its turn yet does not sleep: its state is `R`. (Its `syscall` file may not say so
        // while it is being moved to another CPU.)
        let asleep = parse_state(read(&self.known(tid)?.stat, &mut buffer)?)? == b'S';
        Ok(asleep && self.turns(tid)? == turns)
    }

    /// One look at the threads that are listed; `None` when something changed meanwhile.
    fn look_once(
        &mut self,
        exempt: &dyn Fn(Tid) -> bool,
        spinning: &BTreeSet<Tid>,
    ) -> Result<Option<Look>, Broken> {
        let mut tids: Vec<Tid> = self.threads.keys().copied().filter(|&tid| !exempt(tid)).collect();
        if let Some(at) = self.suspect.and_then(|suspect| tids.iter().position(|&tid| tid == suspect)) {
            tids.swap(0, at);
        }
        for &tid in &tids {
            if self.known(tid)?.rest.is_none() {
                let rest = self.rest(tid)?;
                if rest.is_none() && !spinning.contains(&tid) {
                    self.suspect = Some(tid);
                    return Ok(Some(Look::Busy));
                }
                self.known(tid)?.rest = rest;
            }
        }
        if self.count()? != self.threads.len() as u64 {
            return Ok(None);
        }
        let mut seen = Vec::with_capacity(tids.len());
        for &tid in &tids {
            let before = self.known(tid)?.rest;
            if let Some(Rest { turns, doing }) = before
                && self.still(tid, turns)?
            {
                seen.push(Seen { tid, turns, doing });
                continue;
            }
            let timed = |rest: Option<Rest>| rest.filter(|rest| matches!(rest.doing, Doing::WaitsForTime(_)));
            let now = if timed(before).is_some() { timed(self.rest(tid)?) } else { None };
            self.known(tid)?.rest = now;
            let doing = match now {
                // It ran meanwhile, but only to wait for time again: whoever looks decides what that means.
                Some(rest) => rest.doing,
                None if spinning.contains(&tid) => Doing::Runs,
                None => {
                    self.suspect = Some(tid);
                    return Ok(None);
                }
            };
            seen.push(Seen { tid, turns: self.turns(tid)?, doing });
        }
        Ok(Some(Look::Asleep(seen)))
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
            match self.up_to_date(exempt) {
                Ok(true) => {}
                Ok(false) => return Ok(Look::Busy),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Look::Gone),
                Err(error) => return Err(error),
            }
            match self.look_once(exempt, spinning) {
                Ok(Some(look)) => {
                    self.starved = 0;
                    return Ok(look);
                }
                Ok(None) => {}
                Err(Broken::ThreadGone) => self.forget_current(),
                // The files of a thread that has let its memory go belong to root, whoever it was.
                Err(Broken::Failed(error))
                    if error.kind() == io::ErrorKind::PermissionDenied && self.some_exit() =>
                {
                    return Ok(Look::Busy);
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

    fn usage(&mut self, exempt: &dyn Fn(Tid) -> bool) -> Vec<(Tid, Usage)> {
        if self.threads.is_empty() && self.list().is_err() {
            return Vec::new();
        }
        let tids: Vec<Tid> = self.threads.keys().copied().filter(|&tid| !exempt(tid)).collect();
        tids.into_iter().filter_map(|tid| Some((tid, self.usage_of(tid).ok()?))).collect()
    }

    fn main(&self) -> Tid {
        self.main
    }

    fn has(&mut self, tid: Tid) -> bool {
        self.threads.contains_key(&tid)
    }

    fn finds(&mut self, tid: Tid) -> bool {
        self.forget();
        self.list().is_ok() && self.has(tid)
    }

    fn name(&mut self, tid: Tid) -> Option<String> {
        let name = fs::read_to_string(self.path(tid, "comm").ok()?).ok()?;
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

fn read<'a>(file: &File, buffer: &'a mut [u8]) -> io::Result<&'a [u8]> {
    let count = file.read_at(buffer, 0)?;
    Ok(&buffer[..count])
}

/// Whether both folders are of one process: its main thread, which has these numbers, has been on a CPU as long and as often.
fn is_same(inside: &str, tasks: &str, here: u32, own: Tid) -> bool {
    let usage = |tasks: &str, number: u64| fs::read(format!("{tasks}/{number}/schedstat")).ok();
    // It may run meanwhile.
    (0..3).any(|_| {
        let seen = usage(inside, own);
        seen.is_some() && seen == usage(tasks, u64::from(here))
    })
}

/// The number that a thread has in its own process table, from its `status` (proc(5)); where a kernel has no such tables, the
/// one that it has here. `None` where the thread has ended.
fn own_number(tasks: &str, here: u32) -> Option<OwnNumber> {
    let status = File::open(format!("{tasks}/{here}/status")).ok()?;
    // The line stands among the first, unless the user is in hundreds of groups.
    let mut buffer = [0; 2048];
    let start = String::from_utf8_lossy(read(&status, &mut buffer).ok()?);
    let number = match start.rsplit_once('\n') {
        Some((lines, _)) if lines.contains("\nNSpgid:") => parse_own_number(lines),
        _ => parse_own_number(&fs::read_to_string(format!("{tasks}/{here}/status")).ok()?),
    };
    Some(number.unwrap_or(OwnNumber { tid: Tid::from(here), apart: false }))
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
            if ms > 100 { Timer::LongSleep } else { Timer::ShortSleep }
        });
        let mut watch = Procfs::new(std::process::id()).unwrap();
        let mut seen = Vec::new();
        while !wanted.iter().all(|timer| seen.contains(timer)) {
            watch.list().unwrap();
            for tid in watch.threads.keys().copied().collect::<Vec<_>>() {
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
            watch.list().unwrap();
            let tids: Vec<Tid> = watch.threads.keys().copied().collect();
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
            watch.list().unwrap();
            if let Look::Asleep(seen) =
                watch.look(&|tid| tid != blocked_tid, &BTreeSet::new(), false).unwrap()
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
