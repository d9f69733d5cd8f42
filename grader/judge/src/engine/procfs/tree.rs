//! Quiescence of a tree of processes: the two rounds of one process, over all of them, with the tree listed in between.
//!
//! A process comes into being only by a thread that runs. Whoever slept from the first round to the second started nothing between
//! them, and what it had started before is in the list that was made between them. So where that list is the one that the rounds went
//! by, nothing is missing from it: the topmost process that were missing would have a parent in the list, and be seen there. An orphan
//! is adopted by the main process, which asks for that, so the tree has no other root; and whoever takes a process out of it (by
//! waiting for it) runs, which the second round sees.
//!
//! What must hold:
//! - Invariant: of each process its threads are counted before its children are read. A thread that ends meanwhile leaves its children
//!   to another of its process, and one that was not listed could do so between the two.
//! - Invariant: a process that has ended is known as such before the children of its parent are read for the last time. The kernel
//!   shows its end and wakes its parent under one lock, which reading the children takes, too: then the second round sees the parent
//!   awake.
//! - Invariant: nobody is ended unseen. Threads that are exempt are not looked at, and whoever kills a process wakes all of its threads
//!   before it sleeps itself: so of a process whose main thread is exempt that one is seen to sleep, too.
//!
//! All processes are looked at under the numbers that they have here; what is told of them are the subject's own numbers.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use nix::time::ClockId;
use nix::unistd::{SysconfVar, sysconf};

use super::super::task_files::{
    parse_own_number, parse_own_pages, parse_state, parse_threads, parse_waited_for,
};
use super::super::watch::{Look, Relative, Seen, Usage, Watch};
use super::threads::{Broken, read};
use super::{Procfs, TRIES};
use crate::wire::Tid;

/// Processes that are listed at most: more than any run may have.
const LISTED_AT_MOST: usize = 128;

/// How often a look may fail before the tree is listed again: it may grow all the while, and who has ended meanwhile is known as such by
/// the list alone.
const UNLISTED_AT_MOST: u32 = 8;

/// How often the files of a process other than the main one may be closed to the judge, one look after the other: while it becomes
/// another program, or ends.
const CLOSED_AT_MOST: u32 = 1_000;

pub(in crate::engine) struct Tree {
    /// The main process's number here.
    main: u32,
    /// The processes that were listed last, by their numbers here.
    members: BTreeMap<u32, Member>,
    /// Where the main process's output goes.
    outlets: Arc<[PathBuf]>,
    /// The process that was last seen to run: looked at first.
    suspect: Option<u32>,
    /// The process that was looked at last.
    current: u32,
    /// How often files were closed since the last look that came to its end.
    closed: u32,
    /// How often they were looked at since they were listed.
    unlisted: u32,
    /// The most CPU time that was ever seen to be used.
    cpu: Duration,
    /// Threads of processes that are gone.
    births: usize,
}

/// A process.
struct Member {
    process: Procfs,
    stat: File,
    memory: File,
    /// The lists of children of its threads, each under the thread's number here.
    children: BTreeMap<u32, File>,
    /// Whether it has ended, and nobody has waited for it; `None` until that was looked at.
    zombie: Option<bool>,
    /// Whether its main thread slept then.
    sleeps: bool,
}

impl Member {
    fn new(number: u32, outlets: &Arc<[PathBuf]>) -> Result<Self, Broken> {
        Ok(Self {
            stat: File::open(format!("/proc/{number}/stat"))?,
            memory: File::open(format!("/proc/{number}/statm"))?,
            process: Procfs::of_one_of_several(number, outlets)?,
            children: BTreeMap::new(),
            zombie: None,
            sleeps: false,
        })
    }

    /// How the subject numbers it.
    fn own(&self) -> Tid {
        self.process.threads.main()
    }

    fn is_zombie(&self) -> bool {
        self.zombie == Some(true)
    }

    /// Whether it lives, or has ended, as it did when it was listed last, and has the same threads; from here on that is how it is
    /// listed. (A main thread that has ended before the others looks like a zombie, too.)
    fn is_as_listed(&mut self) -> Result<bool, Broken> {
        let mut buffer = [0; 512];
        let stat = read(&self.stat, &mut buffer)?;
        let state = parse_state(stat)?;
        self.sleeps = state == b'S';
        let zombie = match state {
            b'X' => return Err(Broken::ThreadGone),
            b'Z' => parse_threads(stat).is_none_or(|threads| threads <= 1),
            _ => false,
        };
        let lives_as_before = self.zombie.replace(zombie) == Some(zombie);
        if zombie || self.process.threads.are_all_listed()? {
            return Ok(lives_as_before);
        }
        self.process.threads.list()?;
        Ok(false)
    }

    /// Its children, under their numbers here. A thread that has ended has none.
    fn children(&mut self, number: u32) -> io::Result<Vec<u32>> {
        let mut children = Vec::new();
        if self.is_zombie() {
            return Ok(children);
        }
        let threads: BTreeSet<u32> = self.process.threads.numbers().collect();
        self.children.retain(|thread, _| threads.contains(thread));
        // As long as a list may be before all that it names are more than may be.
        let mut buffer = [0; LISTED_AT_MOST * 12];
        for thread in threads {
            let file = match self.children.entry(thread) {
                Entry::Occupied(open) => open.into_mut(),
                Entry::Vacant(place) => match File::open(format!("/proc/{number}/task/{thread}/children")) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    opened => place.insert(opened?),
                },
            };
            let list = read(file, &mut buffer)?;
            let list = String::from_utf8_lossy(list);
            children.extend(list.split_ascii_whitespace().filter_map(|child| child.parse::<u32>().ok()));
        }
        Ok(children)
    }

    /// What it has used, and those of its children that it has waited for, as far as that can be seen.
    fn cpu(&self) -> nix::Result<Duration> {
        let own = ClockId::pid_cpu_clock_id(self.process.pid)?.now()?;
        let mut buffer = [0; 512];
        let ticks = read(&self.stat, &mut buffer).ok().and_then(parse_waited_for).unwrap_or(0);
        Ok(Duration::from(own) + Duration::from_secs(ticks) / in_a_second())
    }

    fn memory(&self) -> u64 {
        let mut buffer = [0; 128];
        read(&self.memory, &mut buffer).ok().and_then(parse_own_pages).unwrap_or(0).saturating_mul(page())
    }
}

impl Tree {
    /// The processes that come of this one.
    pub(in crate::engine) fn new(main: u32) -> io::Result<Self> {
        // Whoever took one of them for a pipe of the tree would take a moment in which the judge does not read for a deadlock.
        let outlet = |descriptor| match fs::read_link(format!("/proc/{main}/fd/{descriptor}")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io::Error::new(error.kind(), format!("/proc/PID/fd may not be read: {error}"))),
            outlet => outlet.map(Some),
        };
        let outlets = [outlet(1)?, outlet(2)?];
        let mut tree = Self {
            main,
            members: BTreeMap::new(),
            outlets: outlets.into_iter().flatten().collect(),
            suspect: None,
            current: main,
            closed: 0,
            unlisted: 0,
            cpu: Duration::ZERO,
            births: 0,
        };
        let main = Member::new(tree.main, &tree.outlets).map_err(|broken| match broken {
            Broken::Failed(error) => error,
            Broken::ThreadGone => io::ErrorKind::NotFound.into(),
        })?;
        tree.members.insert(tree.main, main);
        Ok(tree)
    }

    /// A process that is listed.
    fn member(&mut self, number: u32) -> Result<&mut Member, Broken> {
        self.current = number;
        self.members.get_mut(&number).ok_or(Broken::ThreadGone)
    }

    /// The process of a thread that was listed.
    fn of(&mut self, tid: Tid) -> Option<&mut Procfs> {
        self.members.values_mut().map(|member| &mut member.process).find(|process| process.threads.has(tid))
    }

    /// Lists the processes, and the threads of each. Whether all of them are as they were listed before.
    fn list(&mut self) -> Result<bool, Broken> {
        self.unlisted = 0;
        let (mut found, mut next, mut same) = (BTreeSet::new(), vec![self.main], true);
        while let Some(number) = next.pop() {
            if found.len() == LISTED_AT_MOST || !found.insert(number) {
                continue;
            }
            match self.visit(number) {
                Ok((as_listed, children)) => {
                    same &= as_listed;
                    next.extend(children);
                }
                // Somebody has waited for it meanwhile; or it has its number from one that is gone.
                Err(Broken::ThreadGone) => {
                    found.remove(&number);
                    same = false;
                    self.forget(number);
                }
                Err(broken) => return Err(broken),
            }
        }
        let gone: Vec<u32> = self.members.keys().copied().filter(|number| !found.contains(number)).collect();
        same &= gone.is_empty();
        for number in gone {
            self.forget(number);
        }
        Ok(same)
    }

    /// Whether a process is as it was listed before, and its children.
    fn visit(&mut self, number: u32) -> Result<(bool, Vec<u32>), Broken> {
        if !self.members.contains_key(&number) {
            self.members.insert(number, Member::new(number, &self.outlets)?);
        }
        let member = self.member(number)?;
        Ok((member.is_as_listed()?, member.children(number)?))
    }

    fn forget(&mut self, number: u32) {
        let gone = self.members.remove(&number);
        self.births += gone.map_or(0, |member| member.process.threads.births());
    }

    /// Those that have not ended, one that runs most likely first.
    fn living(&self) -> Vec<u32> {
        let living = self.members.iter().filter(|(_, member)| !member.is_zombie());
        let mut numbers: Vec<u32> = living.map(|(&number, _)| number).collect();
        if let Some(at) = self.suspect.and_then(|suspect| numbers.iter().position(|&one| one == suspect)) {
            numbers.swap(0, at);
        }
        numbers
    }

    /// A process that does not sleep, though its main thread is exempt.
    fn ends(&self, exempt: &dyn Fn(Tid) -> bool) -> Option<u32> {
        let mut living = self.members.iter().filter(|(_, member)| !member.is_zombie());
        living.find(|(_, member)| exempt(member.own()) && !member.sleeps).map(|(&number, _)| number)
    }

    /// One look at the processes that are listed; `None` when something changed meanwhile.
    fn look_once(
        &mut self,
        exempt: &dyn Fn(Tid) -> bool,
        spinning: &BTreeSet<Tid>,
    ) -> Result<Option<Look>, Broken> {
        if self.members.get(&self.main).is_none_or(Member::is_zombie) {
            return Ok(Some(Look::Gone));
        }
        let mut rounds = Vec::new();
        for number in self.living() {
            let process = &mut self.member(number)?.process;
            let settled = process.threads.up_to_date(exempt)?;
            let tids = process.to_look_at(exempt);
            if !settled || !process.all_rest(&tids, spinning)? {
                self.suspect = Some(number);
                return Ok(Some(Look::Busy));
            }
            rounds.push((number, tids));
        }
        if !self.list()? {
            return Ok(None);
        }
        if let Some(number) = self.ends(exempt) {
            self.suspect = Some(number);
            return Ok(Some(Look::Busy));
        }
        let (mut all, mut woke) = (Vec::new(), Vec::new());
        for (number, tids) in rounds {
            let Some(round) = self.member(number)?.process.all_rest_on(&tids, spinning)? else {
                self.suspect = Some(number);
                return Ok(None);
            };
            all.extend(round.seen);
            woke.extend(round.woke.into_iter().map(|(tid, turns)| (number, tid, turns)));
        }
        // Whoever polls may have started something since the list was made: then it is in the next one.
        if !woke.is_empty() && (!self.list()? || self.ends(exempt).is_some()) {
            return Ok(None);
        }
        for (number, tid, turns) in woke {
            if !self.member(number)?.process.still(tid, turns)? {
                return Ok(None);
            }
        }
        Ok(Some(Look::Asleep(all)))
    }
}

impl Watch for Tree {
    fn look(
        &mut self,
        exempt: &dyn Fn(Tid) -> bool,
        spinning: &BTreeSet<Tid>,
        _owed: bool,
    ) -> io::Result<Look> {
        for _ in 0..TRIES {
            self.unlisted += 1;
            let listed = if self.unlisted > UNLISTED_AT_MOST { self.list().map(drop) } else { Ok(()) };
            let looked = match listed.and_then(|()| self.look_once(exempt, spinning)) {
                // Its process may be gone as well.
                Err(Broken::ThreadGone) => {
                    if let Some(current) = self.members.get_mut(&self.current) {
                        current.process.threads.forget_current();
                    }
                    self.list().map(|_| None)
                }
                looked => looked,
            };
            match looked {
                Ok(None) | Err(Broken::ThreadGone) => {}
                Ok(Some(look)) => {
                    self.closed = 0;
                    self.members.values_mut().for_each(|member| member.process.threads.suffice());
                    return Ok(look);
                }
                // The files of a thread that has let its memory go belong to root, whoever it was; and for a moment so do those of a
                // process that becomes another program.
                Err(Broken::Failed(error)) if error.kind() == io::ErrorKind::PermissionDenied => {
                    let current = self.members.get(&self.current);
                    let exits = current.is_none_or(|member| member.process.threads.some_exit());
                    self.closed += 1;
                    self.unlisted = UNLISTED_AT_MOST;
                    if !exits && (self.current == self.main || self.closed > CLOSED_AT_MOST) {
                        return Err(error);
                    }
                    return Ok(Look::Busy);
                }
                Err(Broken::Failed(error)) => return Err(error),
            }
        }
        // Processes or threads come and go faster than they can be listed: something runs.
        Ok(Look::Busy)
    }

    fn cpu(&mut self) -> io::Result<Duration> {
        let mut sum = Duration::ZERO;
        for (number, member) in &self.members {
            match member.cpu() {
                Ok(cpu) => sum += cpu,
                Err(error) if *number == self.main => return Err(error.into()),
                // Somebody has waited for it: it is counted there.
                Err(_) => {}
            }
        }
        // What is waited for counts in whole ticks of the clock from then on.
        self.cpu = self.cpu.max(sum);
        Ok(self.cpu)
    }

    fn usage(&mut self, exempt: &dyn Fn(Tid) -> bool) -> Vec<(Tid, Usage)> {
        self.members.values_mut().flat_map(|member| member.process.usage(exempt)).collect()
    }

    fn waits_at(&mut self, tid: Tid) -> Option<u64> {
        self.of(tid)?.waits_at(tid)
    }

    fn main(&self) -> Tid {
        self.members.get(&self.main).map_or(Tid::from(self.main), Member::own)
    }

    fn has(&mut self, tid: Tid) -> bool {
        self.of(tid).is_some()
    }

    fn finds(&mut self, tid: Tid) -> bool {
        self.members.values_mut().for_each(|member| member.process.threads.forget());
        self.list().is_ok() && self.has(tid)
    }

    fn alive(&mut self) -> Option<usize> {
        let living = self.members.values_mut().filter(|member| !member.is_zombie());
        living.map(|member| member.process.alive()).sum()
    }

    fn births(&self) -> usize {
        self.births + self.members.values().map(|member| member.process.births()).sum::<usize>()
    }

    fn sleep(&mut self, tid: Tid) -> Option<Seen> {
        self.of(tid)?.sleep(tid)
    }

    fn turns(&mut self, tid: Tid) -> Option<u64> {
        Watch::turns(self.of(tid)?, tid)
    }

    fn name(&mut self, tid: Tid) -> Option<String> {
        self.of(tid)?.name(tid)
    }

    fn joins(&mut self, process: u32) -> Option<Tid> {
        let status = || fs::read_to_string(format!("/proc/{process}/status")).ok();
        let listed = self.members.get(&process).map(Member::own);
        listed.or_else(|| Some(parse_own_number(&status()?)?.tid))
    }

    fn relatives(&mut self) -> Vec<Relative> {
        let others = self.members.iter().filter(|(number, _)| **number != self.main);
        others.map(|(_, member)| Relative { process: member.own(), zombie: member.is_zombie() }).collect()
    }

    fn process_of(&self, tid: Tid) -> Option<Tid> {
        self.members.values().find(|member| member.process.threads.has(tid)).map(Member::own)
    }

    fn population(&self) -> usize {
        self.members.len()
    }

    fn memory(&self) -> u64 {
        self.members.values().map(Member::memory).sum()
    }
}

/// Ticks of the clock by which waited-for time is counted.
fn in_a_second() -> u32 {
    let ticks = sysconf(SysconfVar::CLK_TCK).ok().flatten();
    ticks.and_then(|ticks| u32::try_from(ticks).ok()).filter(|ticks| *ticks > 0).unwrap_or(100)
}

/// Bytes of a page of memory.
fn page() -> u64 {
    let bytes = sysconf(SysconfVar::PAGE_SIZE).ok().flatten();
    bytes.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(4096)
}

#[cfg(test)]
mod tests;
