//! What drivers do with two semaphores, step by step: what is played, and what it is judged by.

use std::time::Duration;

use judge::checks::{NeverPolls, Replay, Returns, ToldBySteps, WaitsAsleep};
use judge::scenario::{Scenario, Script, Ticks};
use judge::steps::Op;
use judge::suite::Case;

use super::super::shared::{ACQUIRE, HELD, HOLD, PANIC, RELEASE, TIMED, TRY};
use super::holding::UsesEveryPermit;
use super::line::Line;

/// A millisecond, in the unit of time limits.
pub(crate) const MS: u64 = 1_000;
/// No such time limit runs out.
pub(crate) const HOUR: u64 = 3_600_000 * MS;

/// Steps with semaphores. The steps that follow are about the first one, until it says otherwise.
#[derive(Clone)]
pub(crate) struct Scene {
    label: String,
    permits: [u64; 2],
    current: u64,
    script: Script,
    /// Whether a step has a time limit: that calls another of the student's functions.
    limited: bool,
    holds: Vec<Ticks>,
}

impl Scene {
    /// Two semaphores with so many permits each.
    pub(crate) fn new(label: &str, permits: u64) -> Self {
        Self {
            label: label.to_owned(),
            permits: [permits; 2],
            current: 0,
            script: Script::of(1),
            limited: false,
            holds: Vec::new(),
        }
    }

    /// The steps that follow are about the other semaphore.
    pub(crate) fn other(self) -> Self {
        Self { current: 1 - self.current, ..self }
    }

    fn op(&self, code: u64, more: &[u64]) -> Op {
        [code, self.current].iter().chain(more).copied().collect()
    }

    fn step(self, driver: u16, code: u64, more: &[u64]) -> Self {
        let op = self.op(code, more);
        Self { script: self.script.step(driver, op), ..self }
    }

    /// `acquire`.
    pub(crate) fn acquire(self, driver: u16) -> Self {
        self.step(driver, ACQUIRE, &[])
    }

    /// `acquire`, by each in turn.
    pub(crate) fn acquire_each(self, drivers: impl IntoIterator<Item = u16>) -> Self {
        drivers.into_iter().fold(self, Self::acquire)
    }

    /// `try_acquire`; the permit is kept.
    pub(crate) fn try_it(self, driver: u16) -> Self {
        self.step(driver, TRY, &[1])
    }

    /// `try_acquire`; the permit is dropped at once.
    pub(crate) fn look(self, driver: u16) -> Self {
        self.step(driver, TRY, &[0])
    }

    /// `acquire` and a drop, so often in a row.
    pub(crate) fn rounds(self, driver: u16, rounds: usize) -> Self {
        let round = [self.op(ACQUIRE, &[]), self.op(RELEASE, &[u64::from(driver)])];
        let row = vec![round; rounds].concat();
        Self { script: self.script.row(driver, row), ..self }
    }

    /// `acquire_timeout`.
    pub(crate) fn timed(self, driver: u16, micros: u64) -> Self {
        let op = self.op(TIMED, &[micros]);
        let limit = Duration::from_micros(micros);
        Self { script: self.script.limited(driver, op, limit), limited: true, ..self }
    }

    /// Drops its oldest permit and calls `acquire_timeout` without any time, right after: it is behind whoever waits.
    pub(crate) fn release_and_look(self, driver: u16) -> Self {
        let row = vec![self.op(RELEASE, &[u64::from(driver)]), self.op(TIMED, &[0])];
        Self { script: self.script.row(driver, row), limited: true, ..self }
    }

    /// The last step comes while a time limit runs, once so much of that has gone by.
    pub(crate) fn within(self, micros: u64) -> Self {
        Self { script: self.script.within(Duration::from_micros(micros)), ..self }
    }

    /// `acquire_timeout`, which wakes up for nothing at each fifth of its time.
    pub(crate) fn timed_and_woken(self, driver: u16, micros: u64) -> Self {
        let woken = |scene: Self, fifth: u64| scene.nudge(driver).within(micros * fifth / 5);
        (1..5).fold(self.timed(driver, micros), woken)
    }

    /// Drops the oldest permit that it has.
    pub(crate) fn release(self, driver: u16) -> Self {
        self.release_of(driver, driver)
    }

    /// The same, by each in turn.
    pub(crate) fn release_each(self, drivers: impl IntoIterator<Item = u16>) -> Self {
        drivers.into_iter().fold(self, Self::release)
    }

    /// Drops a permit that another one has got.
    pub(crate) fn release_of(self, driver: u16, owner: u16) -> Self {
        self.step(driver, RELEASE, &[u64::from(owner)])
    }

    /// A panic drops the oldest permit that it has.
    pub(crate) fn panic(self, driver: u16) -> Self {
        self.step(driver, PANIC, &[u64::from(driver)])
    }

    /// Drops so many permits that it has, one right after the other.
    pub(crate) fn release_in_a_row(self, driver: u16, permits: usize) -> Self {
        let row = vec![self.op(RELEASE, &[u64::from(driver)]); permits];
        Self { script: self.script.row(driver, row), ..self }
    }

    /// One that waits wakes up for nothing.
    pub(crate) fn nudge(self, driver: u16) -> Self {
        Self { script: self.script.nudge(driver), ..self }
    }

    /// The same, one after the other.
    pub(crate) fn nudge_each(self, drivers: impl IntoIterator<Item = u16>) -> Self {
        drivers.into_iter().fold(self, Self::nudge)
    }

    /// All at the same tick: a driver for each of these times, which holds a permit for so long.
    pub(crate) fn hold_all(self, times: &[Ticks]) -> Self {
        let hold = |scene: Self, driver: u16| {
            let op = scene.op(HOLD, &[u64::from(driver)]);
            Self { script: scene.script.step(driver, op).at_once(), ..scene }
        };
        let drivers = u16::try_from(times.len()).expect("drivers are few");
        Self { holds: times.to_vec(), ..(0..drivers).fold(self, hold) }
    }

    fn scenario(&self) -> Scenario {
        let script = self.script.clone().supplying(|plan| {
            for (key, ticks) in (0..).zip(&self.holds) {
                plan.secret(HELD, key, *ticks);
            }
        });
        script.scenario(&self.label, u16::from(self.limited), &self.permits)
    }

    fn judged(&self, in_order: bool) -> Case {
        Case::of(self.scenario()).and(Returns).and(Replay(Line { permits: self.permits, in_order }))
    }

    /// Everybody goes on who can, and nobody else; which of those who wait is left open.
    pub(crate) fn counts(self) -> Case {
        self.judged(false)
    }

    /// The same, and in the order of arrival.
    pub(crate) fn keeps_order(self) -> Case {
        self.judged(true)
    }

    /// As many hold a permit at any time as there are permits.
    pub(crate) fn keeps_busy(self) -> Case {
        let permits = usize::try_from(self.permits[0]).expect("permits are few");
        Case::of(self.scenario()).and(Returns).and(UsesEveryPermit { permits })
    }

    /// Nobody spins, polls or sleeps for a fixed time.
    pub(crate) fn waits_asleep(self) -> Case {
        let line = Line { permits: self.permits, in_order: false };
        Case::of(self.scenario()).and(Returns).and(WaitsAsleep).and(NeverPolls).and(ToldBySteps(line))
    }
}
