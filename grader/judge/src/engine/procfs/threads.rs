//! The threads of a subject, found under `/proc/PID/task` (proc(5)), and their files.
//!
//! Files stay open and are read again in place; the directory is listed only when the number of threads has changed.
//!
//! Invariant: a thread's files are those of no other, even where its number is given again.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};

use super::super::task_files::{EXITING, OwnNumber, parse_flags, parse_own_number};
use super::Rest;
use crate::wire::Tid;

/// Threads whose files are kept open at most, three descriptors each: a fair share where many subjects are watched at once.
const KNOWN_AT_MOST: usize = 1_200;

/// Threads that are looked at for whether they have ended before all of them are listed anew.
const ASKED_AT_MOST: usize = 64;

/// How often this process may be out of descriptors without a single look that came to its end.
const STARVED_AT_MOST: u32 = 1_000;

pub(super) struct Threads {
    tasks: String,
    main: Tid,
    /// Whether the subject has a process table of its own, and so other numbers for its threads.
    apart: bool,
    /// The directory itself: it has as many links as there are threads, and two more.
    directory: Option<File>,
    /// The threads that were listed last, with their numbers here.
    numbers: BTreeMap<Tid, u32>,
    /// How many threads there were at the last look.
    counted: u64,
    known: BTreeMap<Tid, Known>,
    /// The thread whose files were wanted last.
    current: Option<Tid>,
    /// How often descriptors ran out since the last look that came to its end.
    starved: u32,
    /// How many threads were ever listed.
    births: usize,
}

/// A thread: its files, and the sleep it was last seen in.
pub(super) struct Known {
    pub(super) stat: File,
    pub(super) syscall: File,
    pub(super) schedstat: File,
    pub(super) rest: Option<Rest>,
}

impl Known {
    /// The system call that the thread is in. It is this file that takes the right to trace the thread, at each reading.
    pub(super) fn read_syscall<'a>(&self, buffer: &'a mut [u8]) -> io::Result<&'a [u8]> {
        read(&self.syscall, buffer).map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => not_shown("syscall", &error),
            _ => error,
        })
    }
}

/// Why a look can't go on.
pub(super) enum Broken {
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

impl Threads {
    pub(super) fn of(pid: u32) -> Self {
        let (tasks, own) = numbered_here(pid);
        // Where the subject's own process table is shown to it, its threads are looked at there, under its own numbers.
        let inside = format!("/proc/{pid}/root/proc/{}/task", own.tid);
        let seen_inside = own.apart && is_same(&inside, &tasks, pid, own.tid);
        if seen_inside { Self::new(inside, own.tid, false) } else { Self::new(tasks, own.tid, own.apart) }
    }

    /// The threads of one of several processes, which are known by their numbers here.
    pub(super) fn of_one_of_several(pid: u32) -> Self {
        let (tasks, own) = numbered_here(pid);
        Self::new(tasks, own.tid, own.apart)
    }

    fn new(tasks: String, main: Tid, apart: bool) -> Self {
        Self {
            tasks,
            main,
            apart,
            directory: None,
            numbers: BTreeMap::new(),
            counted: 0,
            known: BTreeMap::new(),
            current: None,
            starved: 0,
            births: 0,
        }
    }

    /// The main thread, as the subject numbers it.
    pub(super) fn main(&self) -> Tid {
        self.main
    }

    /// Whether no thread is listed.
    pub(super) fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Whether this thread was there when the threads were listed last.
    pub(super) fn has(&self, tid: Tid) -> bool {
        self.numbers.contains_key(&tid)
    }

    /// The threads that were listed last, but for those that are exempt.
    pub(super) fn listed(&self, exempt: &dyn Fn(Tid) -> bool) -> Vec<Tid> {
        self.numbers.keys().copied().filter(|&tid| !exempt(tid)).collect()
    }

    /// The numbers that the threads that were listed last have where they are looked at.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.numbers.values().copied()
    }

    /// Whether the kernel counts as many threads as are listed.
    pub(super) fn are_all_listed(&mut self) -> io::Result<bool> {
        Ok(self.count()? == self.numbers.len() as u64)
    }

    /// A look came to its end: its descriptors sufficed.
    pub(super) fn suffice(&mut self) {
        self.starved = 0;
    }

    /// Lists the threads; of those that are gone nothing is known any more.
    pub(super) fn list(&mut self) -> io::Result<()> {
        let listed = fs::read_dir(&self.tasks)?;
        let listed = listed.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
        let numbers: BTreeMap<Tid, u32> = if self.apart {
            let before: HashMap<u32, Tid> = self.numbers.iter().map(|(&tid, &here)| (here, tid)).collect();
            // A thread that has ended meanwhile is left out; then their number tells that the list is out of date.
            let read = |here| own_number(&self.tasks, here).map(|own| own.tid);
            let own = |here| before.get(&here).copied().or_else(|| read(here));
            listed.filter_map(|here| Some((own(here)?, here))).collect()
        } else {
            listed.map(|here| (Tid::from(here), here)).collect()
        };
        self.births += numbers.keys().filter(|tid| !self.numbers.contains_key(tid)).count();
        self.numbers = numbers;
        self.known.retain(|tid, _| self.numbers.contains_key(tid));
        Ok(())
    }

    /// Whether there is no such thread, whatever was listed: known only under the numbers that the subject has for them.
    pub(super) fn lacks(&self, tid: Tid) -> bool {
        let there = || fs::metadata(format!("{}/{tid}", self.tasks));
        !self.apart && there().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    }

    /// How many threads were ever listed: each once, as long as it was there from one list to the next.
    pub(super) fn births(&self) -> usize {
        self.births
    }

    /// Forgets all threads and their numbers.
    pub(super) fn forget(&mut self) {
        self.known.clear();
        self.numbers.clear();
    }

    /// Forgets the thread whose files were wanted last: it has ended. The others' files and sleeps are as good as before.
    pub(super) fn forget_current(&mut self) {
        if let Some(tid) = self.current.take() {
            self.known.remove(&tid);
            self.numbers.remove(&tid);
        }
    }

    /// Lists the threads where their number has changed, once it has been the same for two looks: while threads start or end one
    /// after the other, something runs.
    pub(super) fn up_to_date(&mut self, exempt: &dyn Fn(Tid) -> bool) -> io::Result<bool> {
        let count = self.count()?;
        let settled = std::mem::replace(&mut self.counted, count) == count;
        if settled && count < self.numbers.len() as u64 {
            self.forget_ended(exempt);
        }
        if settled && count != self.numbers.len() as u64 {
            self.list()?;
        }
        Ok(settled)
    }

    /// Forgets the threads that have ended. Those that are exempt sleep, so it is some of the others, mostly few: to list hundreds
    /// again whenever one of them ends would take longer than all the rest.
    fn forget_ended(&mut self, exempt: &dyn Fn(Tid) -> bool) {
        let others = self.listed(exempt);
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
                self.numbers.remove(&tid);
            }
        }
    }

    /// Whether some thread is about to go, or has gone.
    pub(super) fn some_exit(&self) -> bool {
        self.numbers.keys().any(|&tid| {
            let stat = self.path(tid, "stat").and_then(fs::read);
            stat.map_or(true, |stat| parse_flags(&stat).is_some_and(|flags| flags & EXITING != 0))
        })
    }

    /// How many threads the kernel counts.
    pub(super) fn count(&mut self) -> io::Result<u64> {
        let directory = match &mut self.directory {
            Some(directory) => directory,
            none => none.insert(File::open(&self.tasks)?),
        };
        Ok(directory.metadata()?.nlink().saturating_sub(2))
    }

    /// What is known of a thread; its files are opened where they are not open yet.
    pub(super) fn known(&mut self, tid: Tid) -> Result<&mut Known, Broken> {
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
    pub(super) fn path(&self, tid: Tid, name: &str) -> io::Result<String> {
        let here = self.numbers.get(&tid).ok_or(io::ErrorKind::NotFound)?;
        Ok(format!("{}/{here}/{name}", self.tasks))
    }

    /// One of the files that each thread has where this machine shows it.
    fn open_file(&self, tid: Tid, name: &str) -> io::Result<File> {
        File::open(self.path(tid, name)?).map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => not_shown(name, &error),
            // The thread is there, or another that has its number by now.
            io::ErrorKind::NotFound if self.path(tid, "").is_ok_and(|path| fs::metadata(path).is_ok()) => {
                not_shown(name, &error)
            }
            _ => error,
        })
    }

    fn open(&self, tid: Tid) -> io::Result<Known> {
        let file = |name: &str| self.open_file(tid, name);
        Ok(Known {
            stat: file("stat")?,
            syscall: file("syscall")?,
            schedstat: file("schedstat")?,
            rest: None,
        })
    }
}

/// Says which file of a thread that is there can't be read, and naming no number: it stands in reports.
fn not_shown(name: &str, error: &io::Error) -> io::Error {
    let (kind, how) = match error.kind() {
        // Of a kind of its own: a thread that has ended has no files either.
        io::ErrorKind::NotFound => (io::ErrorKind::Unsupported, "is not there"),
        kind => (kind, "may not be read"),
    };
    io::Error::new(kind, format!("/proc/PID/task/TID/{name} {how}"))
}

/// What a file in /proc holds now, as much of it as the buffer takes.
pub(super) fn read<'a>(file: &File, buffer: &'a mut [u8]) -> io::Result<&'a [u8]> {
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

/// Where the threads of a process are under their numbers here, and the number that it has in its own process table.
fn numbered_here(pid: u32) -> (String, OwnNumber) {
    let tasks = format!("/proc/{pid}/task");
    // One that has ended already has no numbers to tell apart.
    let own = own_number(&tasks, pid).unwrap_or(OwnNumber { tid: Tid::from(pid), apart: false });
    (tasks, own)
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
    fn a_file_that_is_not_shown_is_told_apart_from_a_thread_that_has_ended() {
        let tasks = std::env::temp_dir().join(format!("judge-threads-{}", std::process::id()));
        let thread = tasks.join("7");
        fs::create_dir_all(&thread).unwrap();
        for name in ["stat", "schedstat"] {
            fs::write(thread.join(name), "").unwrap();
        }
        let mut threads = Threads::of(std::process::id());
        threads.tasks = tasks.to_str().unwrap().to_owned();
        threads.numbers = [(7, 7), (8, 8)].into();
        let missing = threads.known(7).map(drop);
        let ended = threads.known(8).map(drop);
        fs::remove_dir_all(tasks).unwrap();
        let Err(Broken::Failed(error)) = missing else { panic!("the thread is there") };
        assert_eq!(error.to_string(), "/proc/PID/task/TID/syscall is not there");
        assert!(matches!(ended, Err(Broken::ThreadGone)));
    }
}
