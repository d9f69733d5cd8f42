//! Quiescence where a system tells nothing of another process's threads, or this machine hides them: by its CPU time alone.
//!
//! The subject counts as asleep when it used next to no CPU time over several looks, between which others that became ready later
//! had their turn ([`super::controls`]). Where somebody who was sent something has said nothing since, or somebody polls, it must
//! do so for [`QUIET`] besides: longer than a tolerated poller sleeps, so that it has looked around. Next to none, and not none at all: a
//! poller stirs for a moment again and again.
//!
//! Where the states of its threads at least can be read ([`super::states`]), none of them may be ready to run besides. And as all
//! of this is only likely, a run that fails is played again, with looks that take several times as long (`Waits::hurried`).
//!
//! Where the subject starts processes, all of this is asked of all of them together, and none may be there that has yet to reach the
//! judge ([`super::kin`]).
//!
//! What this cannot see: for what a thread waits, so no deadlock is ever certified, and a long sleep looks like any other wait, as does
//! a blocked event loop, except for what the subject itself says of it (`session/blocking.rs`); nor how long a wait would last, so whoever
//! takes a time limit for the end is not found out.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::{Duration, Instant};

use super::controls::Controls;
use super::cpu_time::{self, CpuTime, Used};
use super::kin::{self, Kin};
use super::states::States;
use super::watch::{Doing, Look, Relative, Seen, Usage, Watch};
use crate::wire::Tid;

/// Looks that must agree.
const LOOKS: u32 = 2;

/// The same where something is still awaited.
const LOOKS_WHEN_OWED: u32 = 4;

/// Longer than the 10 ms that the contract tolerates between two looks of a poller.
const QUIET: Duration = Duration::from_millis(15);

/// What uses less than this part of a core polls, or sleeps: a look around takes microseconds.
const PART: u32 = 10;

/// The one thread that is told of: all of the process.
const WHOLE: Tid = 0;

/// Ticks for which nothing must have been counted, where the system counts ticks: in fewer, what runs may go unseen.
const TICKS: u32 = 3;

/// How many times as long a patient look takes.
const PATIENT: u32 = 4;

/// How long a process may take until it reaches the judge. One that has not by then is no worker.
const BEGINS_WITHIN: Duration = Duration::from_secs(10);

pub(super) struct Portable {
    main: Watched,
    /// The processes that the subject has started, by their numbers, and since when each is known.
    others: BTreeMap<u32, Other>,
    /// What those had used that have ended.
    ended: Used,
    /// The number of the main process, where it may start others.
    parent: Option<u32>,
    /// How many times as long as usual it has to stand still.
    times: u32,
    /// How long nothing must have been counted before anything is said, because of how the system counts.
    unseen: Duration,
    last: Option<(Instant, Used)>,
    controls: Controls,
    /// Looks at which it went on doing what it does: standing still, or spinning where it is known to.
    looks: u32,
    /// Whether it spun at those looks.
    spun: bool,
    since: Option<Instant>,
    /// Whether it was ever seen to stir while it stood still: it polls, and may look around any time.
    polls: bool,
}

impl Portable {
    /// Where it is `patient` it waits several times as long: for a run that went wrong, maybe because it waited too short. Where it has
    /// `processes`, it watches those, too, that the process starts.
    pub(super) fn new(pid: u32, patient: bool, processes: bool) -> io::Result<Self> {
        Ok(Self {
            main: Watched::new(pid)?,
            others: BTreeMap::new(),
            ended: NOTHING,
            parent: processes.then_some(pid),
            times: if patient { PATIENT } else { 1 },
            unseen: cpu_time::grain()? * TICKS,
            last: None,
            controls: Controls::new()?,
            looks: 0,
            spun: false,
            since: None,
            polls: false,
        })
    }

    /// What all of them have used; `None` where the main process has ended.
    fn used(&mut self) -> io::Result<Option<Used>> {
        let Some(main) = self.main.clock.used()? else { return Ok(None) };
        let mut sum = main;
        let mut gone = Vec::new();
        for (&process, other) in &mut self.others {
            match other.watched.clock.used()? {
                Some(now) => other.used = now,
                None => gone.push(process),
            }
            sum = added(sum, other.used);
        }
        sum = added(sum, self.ended);
        for process in gone {
            if let Some(other) = self.others.remove(&process) {
                self.ended = added(self.ended, other.used);
            }
        }
        Ok(Some(sum))
    }

    /// Whether there is a process that was not known, or one that may not have begun yet: it has not reached the judge.
    fn some_begin(&mut self) -> io::Result<bool> {
        let Some(parent) = self.parent else { return Ok(false) };
        let mut begins = false;
        for Kin { process, .. } in kin::of(parent).into_iter().filter(|kin| !kin.zombie) {
            if let Entry::Vacant(place) = self.others.entry(process) {
                begins = true;
                place.insert(Other::new(process)?);
            }
            let other = &self.others[&process];
            begins |= !other.joined && other.since.elapsed() < BEGINS_WITHIN;
        }
        Ok(begins)
    }

    /// Whether it has done next to nothing since the look before.
    fn stands_still(&mut self, used: Used) -> bool {
        let now = Instant::now();
        let Some((before, then)) = self.last.replace((now, used)) else { return false };
        let ran = used.at_most.saturating_sub(then.at_most);
        let still = ran * PART <= now.duration_since(before);
        self.polls |= still && self.looks > 0 && !ran.is_zero();
        still
    }
}

impl Watch for Portable {
    fn look(
        &mut self,
        _exempt: &dyn Fn(Tid) -> bool,
        spinning: &BTreeSet<Tid>,
        owed: bool,
    ) -> io::Result<Look> {
        let Some(now) = self.used()? else { return Ok(Look::Gone) };
        let ready = self.main.states.some_ready()
            || self.others.values().any(|other| other.watched.states.some_ready());
        let still = self.stands_still(now) && !ready;
        // Who was seen to spin may have stopped.
        let spins = !still && !spinning.is_empty();
        if spins != self.spun || (!still && !spins) {
            (self.looks, self.since, self.spun) = (0, None, spins);
            return Ok(Look::Busy);
        }
        let since = *self.since.get_or_insert_with(Instant::now);
        if !self.controls.next_round() {
            return Ok(Look::Busy);
        }
        self.looks += 1;
        let owed = owed || spins;
        let looks = if owed { LOOKS_WHEN_OWED } else { LOOKS };
        let quiet = if owed || self.polls { QUIET } else { Duration::ZERO };
        let quiet = quiet.max(Controls::still_for()).max(self.unseen) * self.times;
        if self.looks <= looks || since.elapsed() < quiet {
            return Ok(Look::Busy);
        }
        if self.some_begin()? {
            (self.looks, self.since) = (0, None);
            return Ok(Look::Busy);
        }
        let doing = if spins { Doing::Runs } else { Doing::Unseen };
        Ok(Look::Asleep(vec![Seen { tid: WHOLE, turns: 0, doing }]))
    }

    fn progress(&mut self) {
        (self.looks, self.since) = (0, None);
    }

    fn cpu(&mut self) -> io::Result<Duration> {
        let gone = || io::Error::new(io::ErrorKind::NotFound, "the program has ended");
        Ok(self.used()?.ok_or_else(gone)?.time)
    }

    fn usage(&mut self, _exempt: &dyn Fn(Tid) -> bool) -> Vec<(Tid, Usage)> {
        self.cpu().map(|cpu| (WHOLE, Usage { cpu, turns: 0 })).into_iter().collect()
    }

    fn main(&self) -> Tid {
        WHOLE
    }

    fn has(&mut self, _tid: Tid) -> bool {
        true
    }

    fn finds(&mut self, _tid: Tid) -> bool {
        true
    }

    fn name(&mut self, _tid: Tid) -> Option<String> {
        None
    }

    fn joins(&mut self, process: u32) -> Option<Tid> {
        let other = match self.others.entry(process) {
            Entry::Occupied(known) => known.into_mut(),
            // One that can't be watched has ended, or never was.
            Entry::Vacant(place) => place.insert(Other::new(process).ok()?),
        };
        other.joined = true;
        Some(Tid::from(process))
    }

    fn relatives(&mut self) -> Vec<Relative> {
        let all = self.parent.map(kin::of).unwrap_or_default();
        all.into_iter().map(|Kin { process, zombie }| Relative { process: process.into(), zombie }).collect()
    }

    fn population(&self) -> usize {
        1 + self.others.len()
    }
}

/// A process, as it is looked at.
struct Watched {
    clock: CpuTime,
    states: States,
}

impl Watched {
    fn new(pid: u32) -> io::Result<Self> {
        Ok(Self { clock: CpuTime::of(pid)?, states: States::of(pid) })
    }
}

/// One beside the main one.
struct Other {
    watched: Watched,
    /// What it had used when it was last asked.
    used: Used,
    /// Whether it has reached the judge.
    joined: bool,
    since: Instant,
}

impl Other {
    fn new(process: u32) -> io::Result<Self> {
        Ok(Self { watched: Watched::new(process)?, used: NOTHING, joined: false, since: Instant::now() })
    }
}

const NOTHING: Used = Used { time: Duration::ZERO, at_most: Duration::ZERO };

fn added(one: Used, other: Used) -> Used {
    Used { time: one.time + other.time, at_most: one.at_most + other.at_most }
}
