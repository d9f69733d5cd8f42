//! The drivers that do a step: which threads they are, and how long their step may wait.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::watch::Seen;
use crate::scenario::{Planned, Then};
use crate::steps::Told;
use crate::wire::Tid;

/// A time limit above this is not waited for.
const WAITED_FOR: Duration = Duration::from_secs(1);

/// Wake-ups for nothing within a time limit after which a thread polls.
const POLLS: u64 = 5;

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
    /// How often its thread had run when it was first seen to sleep since anything was said.
    mark: Option<u64>,
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
    /// From when, and until when.
    Runs(Instant, Instant),
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
            self.under_way.insert(tid, Step { driver, limit: planned.limit.map(limit), mark: None });
        }
    }

    /// A thread asks for more.
    pub(super) fn is_back(&mut self, tid: Tid) {
        self.under_way.remove(&tid);
        self.said();
    }

    /// Something was said, by either side: whoever wakes now may have a reason.
    pub(super) fn said(&mut self) {
        self.under_way.values_mut().for_each(|step| step.mark = None);
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

    /// Whether this comes within a time limit that runs, of which enough has gone by.
    pub(super) fn comes_within(&self, planned: &Planned) -> bool {
        let Some(after) = planned.within else { return false };
        let enough = |limit: &Limit| matches!(limit, Limit::Runs(since, _) if since.elapsed() >= after);
        self.under_way.values().filter_map(|step| step.limit.as_ref()).any(enough)
    }

    /// Whether this thread, which sleeps as all do, wakes again and again within its time limit, though nothing was said. Towards its end
    /// it may well look how much is left, more than once.
    pub(super) fn polls_within(&mut self, thread: &Seen) -> bool {
        let Some(Step { limit: Some(Limit::Runs(since, until)), mark, .. }) =
            self.under_way.get_mut(&thread.tid)
        else {
            return false;
        };
        let before = *mark.get_or_insert(thread.turns);
        since.elapsed() < (*until - *since) * 4 / 5 && thread.turns >= before + POLLS
    }

    /// Whether a step's time limit has yet to run out: no rest is complete before it has, however the waiting is done. It counts from
    /// when all were first seen to sleep, so that it has begun for the student's code, too: only a lower bound is measured here.
    pub(super) fn limits(&mut self) -> Limits {
        let now = Instant::now();
        let (mut runs, mut ran_out) = (false, false);
        for limit in self.under_way.values_mut().filter_map(|step| step.limit.as_mut()) {
            if let Limit::Near(time) = limit {
                *limit = Limit::Runs(now, now + *time);
            }
            match limit {
                Limit::Runs(_, until) if now < *until => runs = true,
                Limit::Runs(..) => {
                    *limit = Limit::RanOut;
                    ran_out = true;
                }
                Limit::Far | Limit::Near(_) | Limit::RanOut => {}
            }
        }
        match (runs, ran_out) {
            (true, _) => Limits::Run,
            (false, true) => Limits::RanOut,
            (false, false) => Limits::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::watch::Doing;
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
    fn a_step_comes_within_a_limit_while_that_runs_and_not_before_its_time() {
        let mut steps = Steps::default();
        let within = |within| Planned { within, ..step(None) };
        let (at_once, later) = (Some(Duration::ZERO), Some(Duration::from_secs(1)));
        steps.begins(0, 7, &step(Some(Duration::from_secs(1))));
        assert!(!steps.comes_within(&within(at_once)), "it begins when all are seen to sleep");
        assert_eq!(steps.limits(), Limits::Run);
        assert_eq!(
            [at_once, later, None].map(|after| steps.comes_within(&within(after))),
            [true, false, false]
        );
        // Two at once: each runs from when it is seen.
        steps.begins(1, 8, &step(Some(Duration::ZERO)));
        assert_eq!(steps.limits(), Limits::Run);
        steps.is_back(7);
        assert_eq!(steps.limits(), Limits::None);
        assert!(!steps.comes_within(&within(at_once)));
    }

    #[test]
    fn whoever_wakes_again_and_again_within_a_limit_polls() {
        let mut steps = Steps::default();
        let seen = |turns| Seen { tid: 7, turns, doing: Doing::Runs };
        steps.begins(0, 7, &step(Some(Duration::from_secs(1))));
        assert!(!steps.polls_within(&seen(0)), "it does not run yet");
        assert_eq!(steps.limits(), Limits::Run);
        assert_eq!([3, 7, 8].map(|turns| steps.polls_within(&seen(turns))), [false, false, true]);
        steps.said();
        assert_eq!([8, 12].map(|turns| steps.polls_within(&seen(turns))), [false, false]);
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
