//! Threads that burn CPU time with nothing to say: how that is proven, thread by thread, so that a loaded machine neither
//! makes one nor hides it.
//!
//! The proof is CPU time of a thread's own, or turns on a CPU that it did not end by sleeping: a loop around `yield_now` uses
//! hardly any time of a machine that has others to run, and takes a turn each time all of them had theirs.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::Duration;

use super::watch::{Usage, Watch};
use crate::wire::Tid;

/// Turns that a spinning thread gets after each message: in the second it looks at everything that the message changed.
const GRACE_TURNS: u64 = 2;

/// Spinning threads that are waited for: where there are more, some have little to do.
const GRACED: u32 = 4;

#[derive(Debug, Default)]
pub(super) struct Spins {
    /// Threads that are known to spin.
    pub(super) proven: BTreeSet<Tid>,
    /// What each thread had used when it was first asked about since the last message.
    marks: BTreeMap<Tid, Usage>,
    cpu_mark: Option<Duration>,
}

impl Spins {
    /// Something was said, by either side.
    pub(super) fn progress(&mut self) {
        self.marks.clear();
        self.cpu_mark = None;
    }

    /// The threads that used up this much CPU time, or so many turns, with nothing to say.
    pub(super) fn over(
        &mut self,
        watch: &mut dyn Watch,
        exempt: &dyn Fn(Tid) -> bool,
        cpu: Duration,
        turns: u64,
    ) -> Vec<Tid> {
        let used = self.used(watch, exempt);
        used.filter(|(_, used)| used.cpu >= cpu || used.turns >= turns).map(|(tid, _)| tid).collect()
    }

    /// The threads that used CPU time at all with nothing to say.
    pub(super) fn active(&mut self, watch: &mut dyn Watch, exempt: &dyn Fn(Tid) -> bool) -> Vec<Tid> {
        self.used(watch, exempt).filter(|(_, used)| *used != Usage::default()).map(|(tid, _)| tid).collect()
    }

    fn used(
        &mut self,
        watch: &mut dyn Watch,
        exempt: &dyn Fn(Tid) -> bool,
    ) -> impl Iterator<Item = (Tid, Usage)> {
        watch.usage(exempt).into_iter().map(|(tid, now)| {
            let mark = *self.marks.entry(tid).or_insert(now);
            (
                tid,
                Usage { cpu: now.cpu.saturating_sub(mark.cpu), turns: now.turns.saturating_sub(mark.turns) },
            )
        })
    }

    /// Whether the threads that spin have had the time to notice the last message: `grace` each, or where a loaded machine gives
    /// them hardly any, some turns, which are looked at only when that has taken long.
    ///
    /// # Errors
    /// Where the system can't say how much CPU time was used.
    pub(super) fn had_grace(
        &mut self,
        watch: &mut dyn Watch,
        exempt: &dyn Fn(Tid) -> bool,
        grace: Duration,
        takes_long: bool,
    ) -> io::Result<bool> {
        let spinning = u32::try_from(self.proven.len()).unwrap_or(GRACED).min(GRACED);
        let now = watch.cpu()?;
        if now.saturating_sub(*self.cpu_mark.get_or_insert(now)) >= grace * spinning {
            return Ok(true);
        }
        if !takes_long {
            return Ok(false);
        }
        let proven = self.proven.clone();
        let turns: u64 = self
            .used(watch, exempt)
            .filter(|(tid, _)| proven.contains(tid))
            .map(|(_, used)| used.turns)
            .sum();
        Ok(turns >= GRACE_TURNS * u64::from(spinning))
    }
}
