//! A list of steps: which driver does what, one after the other, at rest.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Call, Plan, Planned, Scenario, Then, Ticks};
use crate::steps::{Op, Told};
use crate::wire::{Payload, Request, Work};

/// Ticks between two steps: a step is seen in a picture.
const APART: Ticks = 10;

/// What drivers are told, in this order, each at a tick of its own. When all has been told, each driver is told that it is over: so a
/// script ends with everybody able to go on by the contract, and a right answer comes to its end.
#[derive(Debug, Clone, Default)]
pub struct Script {
    steps: Vec<Step>,
    /// How many drivers there are, without the one that nudges.
    drivers: u16,
    /// The tick of the next step.
    at: Ticks,
    plan: Plan,
}

#[derive(Debug, Clone)]
struct Step {
    driver: Option<u16>,
    planned: Planned,
}

impl Script {
    /// With so many drivers at least: those that do nothing are there, too.
    #[must_use]
    pub fn of(drivers: u16) -> Self {
        Self { drivers, ..Self::default() }
    }

    /// The driver does this.
    #[must_use]
    pub fn step(self, driver: u16, op: Op) -> Self {
        self.row(driver, vec![op])
    }

    /// The driver does these, one right after the other.
    #[must_use]
    pub fn row(self, driver: u16, ops: Vec<Op>) -> Self {
        self.add(Some(driver), None, Then::Return(Told::Row(ops).payload()))
    }

    /// The driver does this, which ends after so long by itself.
    #[must_use]
    pub fn limited(self, driver: u16, op: Op, limit: Duration) -> Self {
        self.add(Some(driver), Some(limit), Then::Return(Told::Row(vec![op]).payload()))
    }

    /// The driver, which waits in the student's code, is woken for nothing: a spurious wake-up. Where it does not wait there, nothing
    /// happens. Wake one at a time: several at once would leave it to the scheduler in which order they wait from then on.
    #[must_use]
    pub fn nudge(self, driver: u16) -> Self {
        self.add(None, None, Then::Nudge(Some(driver)))
    }

    /// The last step comes while the time limit of one before it runs, once so much of that has gone by: not at the rest in which the
    /// limit ends, but at one in which all others wait. On a machine that is too slow for that, it comes after the limit.
    #[must_use]
    pub fn within(mut self, after: Duration) -> Self {
        if let Some(step) = self.steps.last_mut() {
            step.planned.within = Some(after);
        }
        self
    }

    /// A thread of the program's own, which sleeps, is woken for nothing. Where there is none that can be seen, nothing happens.
    #[must_use]
    pub fn nudge_own(self) -> Self {
        self.add(None, None, Then::Nudge(None))
    }

    /// The next step comes at the tick of the last one: for what is to overlap.
    #[must_use]
    pub fn at_once(self) -> Self {
        Self { at: self.at.saturating_sub(APART), ..self }
    }

    /// Supplied work that the operations call.
    #[must_use]
    pub fn supplying(mut self, work: impl FnOnce(&mut Plan)) -> Self {
        work(&mut self.plan);
        self
    }

    fn add(mut self, driver: Option<u16>, limit: Option<Duration>, then: Then) -> Self {
        self.drivers = self.drivers.max(driver.map_or(0, |driver| driver + 1));
        self.steps
            .push(Step { driver, planned: Planned { not_before: self.at, limit, ..Planned::new(0, then) } });
        self.at += APART;
        self
    }

    /// The scenario: the adapter is told the number of drivers, and then `input`.
    #[must_use]
    pub fn scenario(self, label: &str, entry: u16, input: &[u64]) -> Scenario {
        let Self { steps, drivers, at, mut plan } = self;
        let nudges = steps.iter().any(|step| step.driver.is_none());
        // Nobody else is sure to be free for it.
        let waker = drivers;
        let all = drivers + u16::from(nudges);
        let mut next: BTreeMap<u16, u64> = (0..all).map(|driver| (driver, 0)).collect();
        for Step { driver, planned } in steps {
            let driver = driver.unwrap_or(waker);
            let key = next.entry(driver).or_default();
            plan.set(Work::driver(driver), *key, planned);
            *key += 1;
        }
        for (driver, key) in next {
            let stop = Then::Return(Told::Stop.payload());
            plan.set(Work::driver(driver), key, Planned { not_before: at, ..Planned::new(0, stop) });
        }
        let input = Payload::of([u64::from(all)].iter().chain(input).copied());
        Scenario::new(label, vec![Call { lane: 0, request: Request { entry, input } }], plan)
    }
}

/// Chances for whoever writes a script: the same seed gives the same ones.
#[derive(Debug, Clone)]
pub struct Dice(fastrand::Rng);

impl Dice {
    /// From this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// A number below this one.
    ///
    /// # Panics
    /// There is none below 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0.u64(0..limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_step_comes_within_a_limit_that_was_given_before() {
        let (limit, after) = (Duration::from_millis(300), Duration::from_millis(100));
        let script = Script::of(1).limited(0, vec![8], limit).step(1, vec![7]).within(after).step(1, vec![9]);
        let scenario = script.scenario("", 0, &[]);
        let planned = |driver, key| {
            scenario.plan.get(Work::driver(driver), key).map(|planned| (planned.limit, planned.within))
        };
        assert_eq!(
            [planned(0, 0), planned(1, 0), planned(1, 1)],
            [Some((Some(limit), None)), Some((None, Some(after))), Some((None, None))]
        );
    }

    #[test]
    fn each_driver_has_its_steps_in_order_and_then_its_end() {
        let script =
            Script::of(1).step(1, vec![7]).nudge(1).limited(0, vec![8], Duration::ZERO).step(1, vec![9]);
        let scenario = script.scenario("", 0, &[5]);
        assert_eq!(scenario.calls[0].request.input, Payload::of([3, 5]));
        let told = |driver, key| {
            let planned = scenario.plan.get(Work::driver(driver), key)?;
            let then = match &planned.then {
                Then::Return(payload) => Ok(Told::read(payload)),
                other => Err(other.clone()),
            };
            Some((planned.not_before, then))
        };
        let row = |op| Ok(Told::Row(vec![vec![op]]));
        assert_eq!([told(1, 0), told(1, 1)], [Some((0, row(7))), Some((30, row(9)))]);
        assert_eq!([told(0, 0), told(2, 0)], [Some((20, row(8))), Some((10, Err(Then::Nudge(Some(1)))))]);
        for (driver, key) in [(0, 1), (1, 2), (2, 1)] {
            assert_eq!(told(driver, key), Some((40, Ok(Told::Stop))));
            assert_eq!(told(driver, key + 1), None);
        }
    }
}
