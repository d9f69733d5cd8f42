//! What a run costs, and what is said in it that nobody asked for: when either is proof enough to end it.
//!
//! CPU time is the subject's own. What is read off it are orders of magnitude alone: the budget is many times what any answer needs,
//! and growth is compared within the run.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::watch::Watch;
use crate::bounds;
use crate::run::{CallRecord, End, Excess};
use crate::scenario::Scenario;
use crate::wire::{Tid, ToJudge};

/// After so many messages the CPU time is looked at, also where the subject is never quiet.
const MESSAGES: u32 = 256;

/// Threads that may come one after the other beside those that inputs account for: a pool of the most workers in each of several calls.
const THREADS: usize = 8_192;

/// Processes that a subject may have at a time: 64 workers are the most that an exercise asks for.
const PROCESSES: usize = 80;

/// Memory that all of them may have for themselves: one has a limit of its own.
const MEMORY: u64 = 2 << 30;

/// The most that counts as a pause between two looks at which a thread was in one and the same nap: it slept all the while, whatever the
/// machine did.
const SAME_NAP: Duration = Duration::from_millis(20);

/// The same where none was: some thread may have waited for its turn.
const OTHER_NAP: Duration = Duration::from_millis(2);

/// Panics that there may be beside those that inputs account for: each of as many threads as the contract allows may have met some.
const PANICS: usize = 4_096;

pub(super) struct Budget<'a> {
    scenario: &'a Scenario,
    /// What the subject has used, as far as is known: once it has ended nobody can say.
    used: Duration,
    /// What the kit's own questions cost it: where its threads stand.
    excused: Duration,
    /// [`Budget::used`] when each call was made.
    began: Vec<Duration>,
    messages: u32,
    /// Messages that nobody had asked for.
    asides: usize,
    /// Bytes that were kept of what was said.
    words: usize,
    /// Real time in which all slept, and their sleeps were waited for.
    paused: Duration,
    /// When that was last seen, and the naps that threads were in: each with how often its thread had run.
    lull: Option<(Instant, BTreeSet<(Tid, u64)>)>,
}

impl<'a> Budget<'a> {
    pub(super) fn new(scenario: &'a Scenario) -> Self {
        let began = vec![Duration::ZERO; scenario.calls.len()];
        Self {
            scenario,
            used: Duration::ZERO,
            excused: Duration::ZERO,
            began,
            messages: 0,
            asides: 0,
            words: 0,
            paused: Duration::ZERO,
            lull: None,
        }
    }

    /// The CPU time of the whole subject so far.
    pub(super) fn used(&mut self, watch: &mut dyn Watch) -> Duration {
        if let Ok(now) = watch.cpu() {
            self.used = self.used.max(now.saturating_sub(self.excused));
        }
        self.used
    }

    /// Nothing that was used since it was `before` is the program's own doing.
    pub(super) fn excuse_since(&mut self, before: Duration, watch: &mut dyn Watch) {
        let since = self.used(watch).saturating_sub(before);
        self.excused += since;
        self.used = before;
    }

    pub(super) fn call_begins(&mut self, call: usize, watch: &mut dyn Watch) {
        self.began[call] = self.used(watch);
    }

    /// What a call that is being made, or has just ended, has cost so far.
    pub(super) fn of_call(&mut self, call: usize, watch: &mut dyn Watch) -> Duration {
        self.used(watch).saturating_sub(self.began[call])
    }

    /// Whether one of the calls that are being made costs far more than the number of its inputs explains.
    pub(super) fn outgrows(&mut self, calls: &[CallRecord], watch: &mut dyn Watch) -> Option<End> {
        let growth = self.scenario.growth.as_ref()?;
        let costs: Vec<_> = calls.iter().map(|call| call.ended.as_ref().map(|_| call.cpu)).collect();
        // They are made one after the other.
        let call = costs.iter().position(Option::is_none)?;
        let so_far = self.of_call(call, watch);
        growth.is_beyond_doubt(&costs, call, so_far).then(|| End::Outgrows(growth.clone()))
    }

    /// A message came. True now and then: then it is time to look at what all of it costs.
    pub(super) fn heard(&mut self) -> bool {
        self.messages += 1;
        self.messages.is_multiple_of(MESSAGES)
    }

    /// One came that nobody had asked for.
    pub(super) fn heard_aside(&mut self) -> Option<End> {
        self.asides += 1;
        (self.asides > PANICS + self.scenario.surplus_at_most())
            .then_some(End::RunsAway(Excess::Panics(self.asides)))
    }

    /// This was said, and is about to be kept.
    pub(super) fn keeps(&mut self, message: &ToJudge) -> Option<End> {
        if let ToJudge::TooLong { bytes } = message {
            return Some(End::RunsAway(Excess::Words { bytes: *bytes }));
        }
        self.words += bounds::weight(message);
        (self.words > self.scenario.limits.words)
            .then_some(End::RunsAway(Excess::Words { bytes: self.words as u64 }))
    }

    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// All threads sleep, and these naps are waited for.
    pub(super) fn lull(&mut self, now: Instant, naps: BTreeSet<(Tid, u64)>) {
        if let Some((before, of_before)) = &self.lull {
            let at_most = if of_before.is_disjoint(&naps) { OTHER_NAP } else { SAME_NAP };
            self.paused += now.saturating_duration_since(*before).min(at_most);
        }
        self.lull = Some((now, naps));
    }

    /// What of that is more than is fair where so many calls of the work were made that were due.
    pub(super) fn paused(&self, made: usize) -> Duration {
        self.paused.saturating_sub(self.scenario.fair_pauses(made))
    }

    /// Whether that is more than there is.
    pub(super) fn dawdles(&self, made: usize) -> bool {
        self.paused(made) > self.scenario.limits.pauses
    }

    /// Whether there are more processes at a time, or there is more memory of theirs, than any answer needs.
    pub(super) fn crowds(watch: &dyn Watch) -> Option<End> {
        let (processes, memory) = (watch.population(), watch.memory());
        if processes > PROCESSES {
            Some(End::RunsAway(Excess::Processes(processes)))
        } else {
            (memory > MEMORY).then_some(End::RunsAway(Excess::Memory(memory)))
        }
    }

    /// Whether thread after thread is started, without an end.
    pub(super) fn breeds(&self, watch: &dyn Watch) -> Option<End> {
        let threads = watch.births();
        (threads > THREADS + self.scenario.surplus_at_most())
            .then_some(End::RunsAway(Excess::Threads(threads)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Limits, Plan};
    use crate::wire::{Outcome, Payload};

    fn scenario() -> Scenario {
        let limits = Limits { words: 1_000, pauses: Duration::from_millis(100), ..Limits::default() };
        Scenario { limits, ..Scenario::new("", Vec::new(), Plan::default()) }
    }

    fn returns(numbers: usize) -> ToJudge {
        let outcome = Outcome::Returned(Payload::of(std::iter::repeat_n(0, numbers)));
        ToJudge::Ended { call: 0, outcome, at: None }
    }

    #[test]
    fn what_is_kept_of_a_run_has_an_end() {
        let scenario = scenario();
        let mut budget = Budget::new(&scenario);
        assert_eq!(budget.keeps(&returns(100)), None);
        assert_eq!(budget.keeps(&returns(25)), None);
        assert_eq!(budget.keeps(&returns(1)), Some(End::RunsAway(Excess::Words { bytes: 1_008 })));
        let too_long = ToJudge::TooLong { bytes: 1 << 30 };
        assert_eq!(
            Budget::new(&scenario).keeps(&too_long),
            Some(End::RunsAway(Excess::Words { bytes: 1 << 30 }))
        );
    }

    #[test]
    fn pauses_have_an_end() {
        let scenario = scenario();
        let mut budget = Budget::new(&scenario);
        let begin = Instant::now();
        let mut nap = |ms, turns| budget.lull(begin + Duration::from_millis(ms), [(7, turns)].into());
        // One nap, seen now and then; another one, seen late; and one that nobody has looked at for long.
        for ms in [0, 15, 30] {
            nap(ms, 1);
        }
        nap(60, 2);
        nap(1_000, 2);
        let paused = Duration::from_millis(15 + 15 + 2 + 20);
        assert_eq!(budget.paused, paused);
        // 100 ms are there, and 50 ms for each of two calls that were made.
        budget.paused = Duration::from_millis(200);
        assert!(!budget.dawdles(2));
        assert!(budget.dawdles(1));
    }
}
