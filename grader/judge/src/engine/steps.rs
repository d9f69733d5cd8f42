//! The drivers that do a step: which threads they are, and how long their step may wait.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::scenario::{Planned, Then};
use crate::steps::Told;
use crate::wire::Tid;

/// A time limit above this is not waited for.
const WAITED_FOR: Duration = Duration::from_secs(1);

/// By their threads.
#[derive(Debug, Default)]
pub(super) struct Steps {
    under_way: BTreeMap<Tid, Step>,
}

/// What a driver was told and has not come back from.
#[derive(Debug)]
struct Step {
    driver: u16,
    limit: Option<Limit>,
}

/// Who is woken for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nudged {
    /// A driver, and its thread while it does a step.
    Driver(u16, Option<Tid>),
    /// A thread that the program has made.
    Own,
}

/// A time limit.
#[derive(Debug)]
enum Limit {
    /// It is too long to be waited for.
    Far,
    /// So much is to be waited, from when all are first seen to sleep.
    Near(Duration),
    /// Until then.
    Runs(Instant),
    RanOut,
}

/// What time limits ask for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Limits {
    /// One still runs.
    Run,
    /// One has run out just now: what was seen before is out of date.
    RanOut,
    None,
}

impl Steps {
    /// A driver was told what to do, or that it is over.
    pub(super) fn begins(&mut self, driver: u16, tid: Tid, planned: &Planned) {
        if matches!(&planned.then, Then::Return(told) if Told::read(told) != Told::Stop) {
            let limit = |limit| if limit > WAITED_FOR { Limit::Far } else { Limit::Near(limit) };
            self.under_way.insert(tid, Step { driver, limit: planned.limit.map(limit) });
        }
    }

    /// A thread asks for more.
    pub(super) fn is_back(&mut self, tid: Tid) {
        self.under_way.remove(&tid);
    }

    /// Whom a call of the supplied work that ends so wakes for nothing: no driver that waits for the judge.
    pub(super) fn nudged(&self, planned: &Planned) -> Option<Nudged> {
        let Then::Nudge(whom) = planned.then else { return None };
        let Some(driver) = whom else { return Some(Nudged::Own) };
        let thread = self.under_way.iter().find(|(_, step)| step.driver == driver).map(|(&tid, _)| tid);
        Some(Nudged::Driver(driver, thread))
    }

    /// Whether a thread does a step; and whether that has a time limit.
    pub(super) fn has_limit(&self, tid: Tid) -> Option<bool> {
        self.under_way.get(&tid).map(|step| step.limit.is_some())
    }

    /// Whether a step's time limit has yet to run out: no rest is complete before it has, however the waiting is done. It counts from
    /// when all were first seen to sleep, so that it has begun for the student's code, too: only a lower bound is measured here.
    pub(super) fn limits(&mut self) -> Limits {
        let now = Instant::now();
        let mut all = Limits::None;
        for limit in self.under_way.values_mut().filter_map(|step| step.limit.as_mut()) {
            if let Limit::Near(time) = limit {
                *limit = Limit::Runs(now + *time);
            }
            match limit {
                Limit::Runs(until) if now < *until => return Limits::Run,
                Limit::Runs(_) => {
                    *limit = Limit::RanOut;
                    all = Limits::RanOut;
                }
                Limit::Far | Limit::Near(_) | Limit::RanOut => {}
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(limit: Option<Duration>) -> Planned {
        let told = Told::Row(vec![vec![1]]).payload();
        Planned { limit, ..Planned::new(0, Then::Return(told)) }
    }

    #[test]
    fn a_limit_runs_from_the_first_look_and_runs_out_once() {
        let mut steps = Steps::default();
        steps.begins(0, 7, &step(Some(Duration::from_millis(1))));
        steps.begins(1, 8, &step(Some(Duration::from_hours(1))));
        steps.begins(2, 9, &step(None));
        let seen: Vec<Limits> =
            std::iter::repeat_with(|| steps.limits()).take_while(|limits| *limits == Limits::Run).collect();
        assert!(!seen.is_empty());
        // It said so when the list above ended.
        assert_eq!(steps.limits(), Limits::None);
        assert_eq!(
            [7, 8, 9, 10].map(|tid| steps.has_limit(tid)),
            [Some(true), Some(true), Some(false), None]
        );
        steps.begins(0, 7, &step(Some(Duration::ZERO)));
        assert_eq!([steps.limits(), steps.limits()], [Limits::RanOut, Limits::None]);
        steps.begins(0, 7, &step(Some(Duration::from_millis(500))));
        steps.is_back(7);
        assert_eq!(steps.limits(), Limits::None);
    }

    #[test]
    fn only_who_does_a_step_is_nudged() {
        let mut steps = Steps::default();
        steps.begins(3, 7, &step(None));
        let nudge = |driver| Planned::new(0, Then::Nudge(Some(driver)));
        assert_eq!(
            [3, 2].map(|driver| steps.nudged(&nudge(driver))),
            [Some(Nudged::Driver(3, Some(7))), Some(Nudged::Driver(2, None))]
        );
        assert_eq!(steps.nudged(&Planned::new(0, Then::Nudge(None))), Some(Nudged::Own));
        assert_eq!(steps.nudged(&Planned::new(0, Then::ReturnSecret)), None);
        steps.is_back(7);
        assert_eq!(steps.nudged(&nudge(3)), Some(Nudged::Driver(3, None)));
        steps.begins(3, 7, &Planned::new(0, Then::Return(Told::Stop.payload())));
        assert_eq!(steps.nudged(&nudge(3)), Some(Nudged::Driver(3, None)));
    }
}
