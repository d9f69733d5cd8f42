//! Pauses that keep work from starting: a program whose threads all sleep, some of them only for a while, goes on because one of them
//! has slept long enough, and calls the work.
//!
//! Nothing else can have made it go on: all slept, and the judge has done nothing since. So the proof is the length that a sleep was
//! asked to have, or that a time limit had left, and no clock of this machine: a busy machine can hide a pause, and makes none. Short
//! polling is tolerated; a poller that may have found something is no proof, until it has looked so often that it would have found it
//! before. Short pauses one after the other, with nothing done by the judge in between, are as late together as a long one.

use std::collections::BTreeMap;
use std::time::Duration;

use super::watch::{LATE, Seen};
use crate::wire::Tid;

/// The longest pause of a poller: the contract of the exercises.
const SHORT: Duration = Duration::from_millis(10);

/// Looks after which a poller has found what there was to find, passed on by other pollers or not.
const POLLS: u64 = 5;

#[derive(Debug, Default)]
pub(super) struct Pauses {
    /// The timed waits that were seen since anything was said or done, by thread.
    naps: BTreeMap<Tid, Nap>,
    /// The longest of them at the last look, where it proves something.
    longest: Option<(Seen, Duration)>,
    /// What was sure to pass before anything went on, and whose pause that was.
    sure: Option<(Seen, Duration)>,
    /// What has passed so before calls of the work, since the judge last did something.
    slept: Duration,
}

/// A stay in one and the same timed wait.
#[derive(Debug)]
struct Nap {
    /// How often the thread had run when it was first seen in any.
    mark: u64,
    turns: u64,
    /// What it takes in all, at least: the first look knows best how much of a time limit is left.
    at_least: Duration,
}

impl Pauses {
    /// Something was said, or done by the judge: whatever starts now may come from that.
    pub(super) fn progress(&mut self) {
        self.naps.clear();
        self.longest = None;
        self.sure = None;
    }

    /// The judge did something.
    pub(super) fn acted(&mut self) {
        self.slept = Duration::ZERO;
    }

    /// All threads sleep; these do for a while.
    pub(super) fn look<'a>(&mut self, timed: impl Iterator<Item = &'a Seen>) {
        let mut longest: Option<(&Seen, Duration)> = None;
        let mut soonest: Option<(&Seen, Duration)> = None;
        let mut others_polled = true;
        for thread in timed {
            let time = self.takes_at_least(thread);
            if time > SHORT {
                longest = longest.filter(|(_, longest)| *longest >= time).or(Some((thread, time)));
            } else {
                others_polled &= thread.turns >= self.naps[&thread.tid].mark + POLLS;
            }
            let left = thread.left();
            soonest = soonest.filter(|(_, soonest)| *soonest <= left).or(Some((thread, left)));
        }
        self.longest = longest.filter(|_| others_polled).map(|(thread, time)| (thread.clone(), time));
        let known = self.sure.as_ref().map_or(Duration::ZERO, |(_, sure)| *sure);
        if let Some((thread, left)) = soonest.filter(|(_, left)| *left > known) {
            self.sure = Some((thread.clone(), left));
        }
    }

    fn takes_at_least(&mut self, thread: &Seen) -> Duration {
        let (turns, now) = (thread.turns, thread.doing.takes_at_least().unwrap_or_default());
        let nap = self.naps.entry(thread.tid).or_insert(Nap { mark: turns, turns, at_least: now });
        if nap.turns != turns {
            *nap = Nap { mark: nap.mark, turns, at_least: now };
        }
        nap.at_least = nap.at_least.max(now);
        nap.at_least
    }

    /// Work was called: the thread whose pause was waited for, if there was nothing else to wait for, and how long that took at least.
    pub(super) fn held_up(&mut self) -> Option<(Seen, Duration)> {
        let sure = self.sure.take();
        self.slept += sure.as_ref().map_or(Duration::ZERO, |(_, left)| *left);
        let late = sure.filter(|_| self.slept > LATE);
        self.longest.take().or(late)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::super::watch::{Doing, Timer};
    use super::*;

    fn sleeps(tid: Tid, turns: u64, ms: u64) -> Seen {
        Seen { tid, turns, doing: Doing::WaitsForTime(Timer::ShortSleep(Duration::from_millis(ms))) }
    }

    fn waits(tid: Tid, ms: u64) -> Seen {
        let end = Instant::now() + Duration::from_millis(ms);
        Seen { tid, turns: 0, doing: Doing::WaitsForTime(Timer::EventUntil(end)) }
    }

    fn held_up_by(looks: &[&[Seen]]) -> Option<Tid> {
        let mut pauses = Pauses::default();
        for look in looks {
            pauses.look(look.iter());
        }
        pauses.held_up().map(|(thread, _)| thread.tid)
    }

    #[test]
    fn a_pause_is_longer_than_a_poller_may_sleep() {
        assert_eq!(held_up_by(&[]), None);
        assert_eq!(held_up_by(&[&[sleeps(1, 0, 10)]]), None);
        assert_eq!(held_up_by(&[&[sleeps(1, 0, 11)]]), Some(1));
        assert_eq!(held_up_by(&[&[waits(1, 50)]]), Some(1));
        assert_eq!(held_up_by(&[&[waits(1, 9)]]), None);
        assert_eq!(held_up_by(&[&[sleeps(1, 0, 20), sleeps(2, 0, 60)]]), Some(2));
        // The same wait, when most of it has passed; and another one.
        assert_eq!(held_up_by(&[&[waits(1, 18)], &[waits(1, 2)]]), Some(1));
        let again = |ms| Seen { turns: 1, ..waits(1, ms) };
        assert_eq!(held_up_by(&[&[waits(1, 18)], &[again(2)]]), None);
    }

    #[test]
    fn a_poller_may_have_found_something_until_it_has_looked_often() {
        assert_eq!(held_up_by(&[&[sleeps(1, 0, 50), sleeps(2, 7, 5)]]), None);
        assert_eq!(
            held_up_by(&[&[sleeps(1, 0, 50), sleeps(2, 7, 5)], &[sleeps(1, 0, 50), sleeps(2, 11, 5)]]),
            None
        );
        assert_eq!(
            held_up_by(&[&[sleeps(1, 0, 50), sleeps(2, 7, 5)], &[sleeps(1, 0, 50), sleeps(2, 12, 5)]]),
            Some(1)
        );
        // A wait of which nothing is known counts as one that may have ended.
        let unknown = Seen { tid: 2, turns: 7, doing: Doing::WaitsForTime(Timer::Unknown) };
        assert_eq!(held_up_by(&[&[sleeps(1, 0, 50), unknown]]), None);
    }

    #[test]
    fn what_is_said_or_done_meanwhile_may_be_the_reason() {
        let mut pauses = Pauses::default();
        pauses.look([sleeps(1, 0, 50)].iter());
        pauses.progress();
        assert!(pauses.held_up().is_none());
    }

    #[test]
    fn short_pauses_add_up_until_the_judge_does_something() {
        let mut pauses = Pauses::default();
        let mut start = || {
            pauses.look([waits(1, 9), waits(2, 60_000)].iter());
            // The long one does not end first, and the short one may have found something.
            pauses.held_up().is_some()
        };
        assert_eq!((0..11).filter(|_| start()).count(), 0);
        assert!((0..3).any(|_| start()), "over 100 ms together");
        let mut pauses = Pauses::default();
        for _ in 0..50 {
            pauses.look([waits(1, 9)].iter());
            assert!(pauses.held_up().is_none());
            pauses.acted();
        }
    }
}
