//! Quiescence where a system tells nothing of another process's threads: by its CPU time alone.
//!
//! The subject counts as asleep when its CPU time stood still over several looks, between which others that became ready later
//! had their turn ([`super::controls`]). Where somebody who was sent something has said nothing since, it must stand still for
//! [`QUIET`] besides: longer than a tolerated poller sleeps, so that it has looked around. A process that stirs for a moment again
//! and again is such a poller, and counts as asleep once it has looked around twice.
//!
//! What this cannot see: for what a thread waits, so no deadlock is ever certified, and a long sleep or a blocked event loop
//! looks like any other wait; nor how long a wait would last, so whoever takes a time limit for the end is not found out.

use std::collections::BTreeSet;
use std::io;
use std::time::{Duration, Instant};

use super::controls::Controls;
use super::cpu_time::{CpuTime, Used};
use super::watch::{Doing, Look, Seen, Usage, Watch};
use crate::wire::Tid;

/// Looks that must agree.
const LOOKS: u32 = 2;

/// The same where something is still awaited.
const LOOKS_WHEN_OWED: u32 = 4;

/// Longer than the 10 ms that the contract tolerates between two looks of a poller.
const QUIET: Duration = Duration::from_millis(15);

/// Times that a poller wakes, with nothing to say, until it counts as asleep.
const STIRS: u32 = 3;

/// A poller's look around takes no longer than this in CPU time.
const STIR: Duration = Duration::from_micros(500);

/// The one thread that is told of: all of the process.
const WHOLE: Tid = 0;

pub(super) struct Portable {
    clock: CpuTime,
    last: Option<Used>,
    controls: Controls,
    /// Looks since the process stood still, or since the last message where it is known to spin.
    looks: u32,
    since: Option<Instant>,
    /// How often it woke for a moment since the last message, and since when.
    stirs: u32,
    stirring: Option<Instant>,
}

impl Portable {
    pub(super) fn new(pid: u32) -> io::Result<Self> {
        Ok(Self {
            clock: CpuTime::of(pid)?,
            last: None,
            controls: Controls::new(),
            looks: 0,
            since: None,
            stirs: 0,
            stirring: None,
        })
    }

    /// Whether it stands still since the look before.
    fn stands_still(&mut self, now: Used) -> bool {
        let Some(before) = self.last.replace(now) else { return false };
        if before.work == now.work {
            return true;
        }
        if self.looks > 0 {
            let short = now.time.saturating_sub(before.time) <= STIR;
            self.stirs = if short { self.stirs + 1 } else { 0 };
            self.stirring = if short { self.stirring.or_else(|| Some(Instant::now())) } else { None };
        }
        false
    }
}

impl Watch for Portable {
    fn look(
        &mut self,
        _exempt: &dyn Fn(Tid) -> bool,
        spinning: &BTreeSet<Tid>,
        owed: bool,
    ) -> io::Result<Look> {
        let Some(now) = self.clock.used()? else { return Ok(Look::Gone) };
        let spins = !spinning.is_empty();
        if !self.stands_still(now) && !spins {
            (self.looks, self.since) = (0, None);
            return Ok(Look::Busy);
        }
        let since = *self.since.get_or_insert_with(Instant::now);
        if !self.controls.next_round() {
            return Ok(Look::Busy);
        }
        self.looks += 1;
        let owed = owed || spins;
        let looks = if owed { LOOKS_WHEN_OWED } else { LOOKS };
        let quiet = Controls::still_for().max(if owed { QUIET } else { Duration::ZERO });
        let polls = self.stirs >= STIRS && self.stirring.is_some_and(|since| since.elapsed() >= quiet);
        if self.looks <= looks || !(polls || since.elapsed() >= quiet) {
            return Ok(Look::Busy);
        }
        let doing = if spins { Doing::Runs } else { Doing::Unseen };
        Ok(Look::Asleep(vec![Seen { tid: WHOLE, turns: 0, doing }]))
    }

    fn progress(&mut self) {
        (self.looks, self.since, self.stirs, self.stirring) = (0, None, 0, None);
    }

    fn cpu(&mut self) -> io::Result<Duration> {
        let gone = || io::Error::new(io::ErrorKind::NotFound, "the program has ended");
        Ok(self.clock.used()?.ok_or_else(gone)?.time)
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
}
