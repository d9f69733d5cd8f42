//! What timed waits mean: whether a subject whose threads sleep, some of them only for a while, has come to rest.
//!
//! A thread that woke twice since everything last came to rest, with nothing to say, is a poller; one that stays in the
//! same timed wait for longer than the patience, or is known to be going to, is a sleeper. Both count as asleep, but then a deadlock
//! is never certain.
//! Real time is only ever waited for here, never measured against a bound that a slow machine could miss: a thread that is
//! due to wake is not asleep, however long it waits for a CPU.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::watch::{Doing, Event, Seen, Timer};
use crate::scenario::Limits;
use crate::wire::Tid;

/// Wake-ups with nothing to say, while nothing at all is in flight, after which a poller polls for ever.
const HOPELESS_WAKES: u64 = 60;

/// How often threads that are woken by pollers may unsettle the others before they are put up with.
const RESETS: u32 = 3;

/// Looks that must agree before real time counts: a single late look proves nothing.
const LOOKS: u32 = 5;

/// How long a subject whose threads can't be seen rests with nothing in flight, before it is told that it goes on no more:
/// twenty times as long as the contract lets anything sleep.
const STANDS_STILL: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub(super) struct Waits {
    patience: Duration,
    /// The thread that reads the channel: its wait on a socket has no time limit.
    reader: Option<Tid>,
    /// How often each thread had run when all were first seen to sleep since the last message.
    marks: BTreeMap<Tid, u64>,
    resets: u32,
    /// Since when each thread is in the same timed wait: that outlasts messages.
    naps: BTreeMap<Tid, Nap>,
    /// How often each thread had run when nothing was left in flight.
    idle: Option<(Instant, BTreeMap<Tid, u64>)>,
    /// Threads that were seen to poll with short sleeps.
    pub(super) pollers: BTreeSet<Tid>,
}

#[derive(Debug)]
struct Nap {
    turns: u64,
    since: Instant,
    looks: u32,
}

/// Whether the subject has come to rest.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Some thread may still go on by itself.
    NotYet,
    /// All threads rest. `certain` when only events can wake them.
    Yes { certain: bool },
}

/// What becomes of a subject that rests with nothing in flight, some of it in timed waits.
#[derive(Debug)]
pub(super) enum Idle {
    NotYet,
    Oversleeps(Vec<Seen>),
    PollsForever(Vec<Seen>),
    /// Nothing comes of it, whatever it waits for.
    StandsStill,
}

impl Waits {
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            patience,
            reader: None,
            marks: BTreeMap::new(),
            resets: 0,
            naps: BTreeMap::new(),
            idle: None,
            pollers: BTreeSet::new(),
        }
    }

    pub(super) fn reader_is(&mut self, tid: Tid) {
        self.reader = Some(tid);
    }

    pub(super) fn is_reader(&self, tid: Tid) -> bool {
        self.reader == Some(tid)
    }

    /// Something was said, by either side.
    pub(super) fn progress(&mut self) {
        self.marks.clear();
        self.resets = 0;
        self.idle = None;
    }

    fn is_timed(&self, seen: &Seen) -> bool {
        match seen.doing {
            Doing::WaitsForTime(_) => true,
            Doing::WaitsForEvent(Event::Socket) => self.reader != Some(seen.tid),
            Doing::WaitsForEvent(_) | Doing::Runs | Doing::Unseen => false,
        }
    }

    /// Whether the subject, seen like this, has come to rest.
    pub(super) fn rest(&mut self, seen: &[Seen]) -> Rest {
        if !seen.iter().any(|thread| self.is_timed(thread)) {
            return Rest::Yes {
                certain: !seen.iter().any(|thread| matches!(thread.doing, Doing::Runs | Doing::Unseen)),
            };
        }
        self.mark(seen);
        let mut rests = true;
        for thread in seen {
            if self.is_timed(thread) && !self.counts_as_asleep(thread) {
                rests = false;
            }
        }
        if rests { Rest::Yes { certain: false } } else { Rest::NotYet }
    }

    fn mark(&mut self, seen: &[Seen]) {
        let unsettled = seen.iter().any(|thread| {
            let before = self.marks.get(&thread.tid);
            match before {
                None => true,
                Some(runs) => *runs != thread.turns && !self.is_timed(thread) && thread.doing != Doing::Runs,
            }
        });
        if unsettled && (self.marks.is_empty() || self.resets < RESETS) {
            self.resets += 1;
            self.marks = seen.iter().map(|thread| (thread.tid, thread.turns)).collect();
        }
    }

    fn counts_as_asleep(&mut self, thread: &Seen) -> bool {
        let nap = self.naps.entry(thread.tid).or_insert(Nap {
            turns: thread.turns,
            since: Instant::now(),
            looks: 0,
        });
        if nap.turns != thread.turns {
            *nap = Nap { turns: thread.turns, since: Instant::now(), looks: 0 };
        }
        nap.looks += 1;
        if self.is_late(thread) {
            return true;
        }
        let mark = *self.marks.entry(thread.tid).or_insert(thread.turns);
        // It slept at the mark. Whoever is known to poll has looked around once it has woken and sleeps again.
        let wakes = if self.pollers.contains(&thread.tid) { 1 } else { 2 };
        let polls = thread.turns >= mark + wakes;
        if polls {
            self.pollers.insert(thread.tid);
        }
        polls
    }

    /// The threads that sleep for a fixed time longer than the patience.
    pub(super) fn sleepers<'a>(&self, seen: &'a [Seen]) -> impl Iterator<Item = &'a Seen> {
        seen.iter().filter(|thread| thread.doing.is_a_sleep() && self.is_late(thread))
    }

    /// Whether it sleeps for longer than the patience: known at once where it asked for that, by waiting elsewhere.
    fn is_late(&self, thread: &Seen) -> bool {
        if thread.doing.is_long() && self.patience <= Limits::default().patience {
            return true;
        }
        thread.doing != Doing::WaitsForTime(Timer::ShortSleep)
            && self.naps.get(&thread.tid).is_some_and(|nap| {
                nap.turns == thread.turns && nap.looks >= LOOKS && nap.since.elapsed() >= self.patience
            })
    }

    /// What to make of a subject that rests, not for certain, with nothing in flight.
    pub(super) fn idle(&mut self, seen: &[Seen]) -> Idle {
        let timed: Vec<Seen> = seen.iter().filter(|thread| self.is_timed(thread)).cloned().collect();
        let (since, runs) = self.idle.get_or_insert_with(|| {
            (Instant::now(), timed.iter().map(|thread| (thread.tid, thread.turns)).collect())
        });
        let wakes = |thread: &Seen| thread.turns - *runs.entry(thread.tid).or_insert(thread.turns);
        let hopeless = timed.iter().map(wakes).min().unwrap_or(0) >= HOPELESS_WAKES;
        let known = timed.iter().all(|thread| thread.doing.is_long());
        if seen.iter().any(|thread| thread.doing == Doing::Unseen) {
            let (waits, patience) = (since.elapsed(), self.patience.max(STANDS_STILL));
            return if waits >= patience { Idle::StandsStill } else { Idle::NotYet };
        }
        let waited = known || since.elapsed() >= self.patience;
        if hopeless {
            Idle::PollsForever(timed)
        } else if waited && timed.iter().all(|thread| self.is_late(thread)) {
            Idle::Oversleeps(timed)
        } else {
            Idle::NotYet
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(tid: Tid, turns: u64, doing: Doing) -> Seen {
        Seen { tid, turns, doing }
    }

    const WAIT: Doing = Doing::WaitsForEvent(Event::Wakeup);
    const NAP: Doing = Doing::WaitsForTime(Timer::Sleep);

    #[test]
    fn events_alone_are_certain() {
        let mut waits = Waits::new(Duration::from_secs(9));
        assert_eq!(waits.rest(&[seen(1, 5, WAIT), seen(2, 7, WAIT)]), Rest::Yes { certain: true });
    }

    #[test]
    fn a_poller_rests_once_it_has_woken_twice_since_all_came_to_rest() {
        let mut waits = Waits::new(Duration::from_secs(9));
        assert_eq!(waits.rest(&[seen(1, 5, WAIT), seen(2, 7, NAP)]), Rest::NotYet);
        assert_eq!(waits.rest(&[seen(1, 5, WAIT), seen(2, 8, NAP)]), Rest::NotYet);
        assert_eq!(waits.rest(&[seen(1, 5, WAIT), seen(2, 9, NAP)]), Rest::Yes { certain: false });
        // From now on it is known to poll: after a message it need only look around once.
        waits.progress();
        assert_eq!(waits.rest(&[seen(1, 6, WAIT), seen(2, 9, NAP)]), Rest::NotYet);
        assert_eq!(waits.rest(&[seen(1, 6, WAIT), seen(2, 10, NAP)]), Rest::Yes { certain: false });
    }

    #[test]
    fn a_thread_that_a_poller_woke_starts_the_count_again() {
        let mut waits = Waits::new(Duration::from_secs(9));
        assert_eq!(waits.rest(&[seen(1, 5, WAIT), seen(2, 7, NAP)]), Rest::NotYet);
        assert_eq!(waits.rest(&[seen(1, 6, WAIT), seen(2, 9, NAP)]), Rest::NotYet);
        assert_eq!(waits.rest(&[seen(1, 6, WAIT), seen(2, 11, NAP)]), Rest::Yes { certain: false });
    }

    #[test]
    fn a_long_sleep_rests_after_the_patience_and_stays_at_rest_across_messages() {
        let mut waits = Waits::new(Duration::ZERO);
        let threads = [seen(1, 5, WAIT), seen(2, 7, NAP)];
        for _ in 1..LOOKS {
            assert_eq!(waits.rest(&threads), Rest::NotYet);
        }
        assert_eq!(waits.rest(&threads), Rest::Yes { certain: false });
        waits.progress();
        assert_eq!(waits.rest(&threads), Rest::Yes { certain: false });
        assert_eq!(waits.sleepers(&threads).count(), 1);
        assert!(matches!(waits.idle(&threads), Idle::Oversleeps(_)));
    }

    #[test]
    fn a_wait_whose_end_is_known_to_be_far_off_rests_at_once_and_is_late_where_nothing_can_end_it_before() {
        let until = |end| [seen(1, 5, WAIT), seen(2, 7, Doing::WaitsForTime(Timer::EventUntil(end)))];
        let far = until(Instant::now() + Duration::from_hours(1));
        let patience = Limits::default().patience;
        let mut waits = Waits::new(patience);
        assert_eq!(waits.rest(&far), Rest::Yes { certain: false });
        assert_eq!(waits.sleepers(&far).count(), 0);
        assert!(matches!(waits.idle(&far), Idle::Oversleeps(_)));
        // What ends soon, or has ended by now, may go on at any moment. Who has to be patient waits for real.
        let near = until(Instant::now());
        assert_eq!(Waits::new(patience).rest(&near), Rest::NotYet);
        assert_eq!(Waits::new(patience * 2).rest(&far), Rest::NotYet);
    }

    #[test]
    fn a_poller_with_nothing_in_flight_is_given_up_by_its_wake_ups() {
        let mut waits = Waits::new(Duration::from_secs(9));
        waits.rest(&[seen(2, 7, NAP)]);
        assert!(matches!(waits.idle(&[seen(2, 9, NAP)]), Idle::NotYet));
        assert!(matches!(waits.idle(&[seen(2, 9 + HOPELESS_WAKES, NAP)]), Idle::PollsForever(_)));
    }
}
