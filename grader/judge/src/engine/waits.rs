//! What timed waits mean: whether a subject whose threads sleep, some of them only for a while, has come to rest.
//!
//! A thread that woke twice since everything last came to rest, with nothing to say, is a poller; one that stays in the
//! same timed wait for longer than the patience, or is known to be going to, is a sleeper. Both count as asleep, but then a deadlock
//! is never certain. What one poller passes on to another is under way until the other has looked: with [`Limits::relays`]
//! all of them must look that often, one round after the other.
//! Real time is only ever waited for here, never measured against a bound that a slow machine could miss: a thread that is
//! due to wake is not asleep, however long it waits for a CPU.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::relay::Relay;
use super::watch::{Doing, Event, Seen, Timer};
use crate::scenario::Limits;
use crate::wire::Tid;

/// Wake-ups with nothing to say, while nothing at all is in flight, after which a poller polls forever.
const HOPELESS_WAKES: u64 = 60;

/// How often threads that are woken by pollers may unsettle the others before they are put up with.
const RESETS: u32 = 3;

/// Looks that must agree before real time counts: a single late look proves nothing.
const LOOKS: u32 = 5;

/// A time limit above this is not waited for, however patient the scenario.
const WORTH_WAITING_FOR: Duration = Duration::from_secs(10);

/// How long a subject whose threads can't be seen rests with nothing in flight, before it is told that it goes on no more:
/// twenty times as long as the contract lets anything sleep.
const STANDS_STILL: Duration = Duration::from_secs(2);

/// A timed wait, as far as it is known.
enum Sleep {
    /// It lasts for longer than anybody waits here.
    Lasts,
    /// It ends soon, and its thread waits again: it did so before.
    Polls,
    /// Its thread may go on at any moment.
    MayEnd,
}

#[derive(Debug)]
pub(super) struct Waits {
    limits: Limits,
    /// Whether the subject starts processes. A poller that starts one may do so in the round after that in which it saw that it has to.
    processes: bool,
    /// The threads that read a channel: their wait on a socket has no time limit.
    readers: BTreeSet<Tid>,
    /// How often each thread had run when all were first seen to sleep since the last message.
    marks: BTreeMap<Tid, u64>,
    resets: u32,
    /// How many rounds the pollers have made since the last message.
    rounds: usize,
    /// Since when each thread is in the same timed wait: that outlasts messages.
    naps: BTreeMap<Tid, Nap>,
    /// How often each thread had run when nothing was left in flight.
    idle: Option<(Instant, BTreeMap<Tid, u64>)>,
    /// Threads that were seen to wake and to go on waiting.
    pollers: BTreeSet<Tid>,
    /// The most of them that there were at one rest.
    most_pollers: usize,
    /// Whether a rest was ever told by what can't prove it.
    guessed: bool,
    relay: Relay,
}

/// A stay in one and the same timed wait.
#[derive(Debug)]
struct Nap {
    turns: u64,
    since: Instant,
    looks: u32,
    /// Whether nobody needs to wait for its end: it was known to be too far off when the stay was first seen.
    far: bool,
}

impl Nap {
    fn new(thread: &Seen) -> Self {
        let far = thread.doing.lasts(WORTH_WAITING_FOR);
        Self { turns: thread.turns, since: Instant::now(), looks: 0, far }
    }
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
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            processes: false,
            readers: BTreeSet::new(),
            marks: BTreeMap::new(),
            resets: 0,
            rounds: 0,
            naps: BTreeMap::new(),
            idle: None,
            pollers: BTreeSet::new(),
            most_pollers: 0,
            guessed: false,
            relay: Relay::default(),
        }
    }

    /// The same for a subject that starts `processes`.
    pub(super) fn of_several(self, processes: bool) -> Self {
        Self { processes, ..self }
    }

    pub(super) fn reader_is(&mut self, tid: Tid) {
        self.readers.insert(tid);
    }

    pub(super) fn is_reader(&self, tid: Tid) -> bool {
        self.readers.contains(&tid)
    }

    /// Whether there were pollers in a row that the clock did not wait for, or threads that it could not see to rest, and might
    /// have waited longer.
    pub(super) fn hurried(&self) -> bool {
        let most = if self.processes { 0 } else { self.limits.relays };
        (self.guessed || self.most_pollers > most) && !self.limits.is_patient()
    }

    /// How many rounds so many pollers make before the clock moves.
    fn rounds_of(&self, pollers: usize) -> usize {
        let in_a_row = pollers.min(self.limits.relays);
        if pollers > 0 && self.processes && self.limits.is_patient() { in_a_row.max(2) } else { in_a_row }
    }

    /// Something was said, by either side.
    pub(super) fn progress(&mut self) {
        self.marks.clear();
        self.resets = 0;
        self.rounds = 0;
        self.idle = None;
        self.relay.progress();
    }

    pub(super) fn is_timed(&self, seen: &Seen) -> bool {
        is_timed(&self.readers, seen)
    }

    /// Those that are known to wake and to go on waiting.
    pub(super) fn pollers<'a>(&self, seen: &'a [Seen]) -> impl Iterator<Item = &'a Seen> {
        seen.iter().filter(|thread| self.pollers.contains(&thread.tid))
    }

    /// Whether a thread of a subject at rest waits for a while only: it will look around, and sleep again.
    pub(super) fn polls(&self, thread: &Seen) -> bool {
        self.is_timed(thread) && !self.is_late(thread)
    }

    /// Whether the subject, seen like this, has come to rest.
    pub(super) fn rest(&mut self, seen: &[Seen]) -> Rest {
        self.guessed |= seen.iter().any(|thread| thread.doing == Doing::Unseen);
        if !seen.iter().any(|thread| self.is_timed(thread)) {
            return Rest::Yes {
                certain: !seen.iter().any(|thread| matches!(thread.doing, Doing::Runs | Doing::Unseen)),
            };
        }
        self.mark(seen);
        let readers = &self.readers;
        self.relay.look(seen, |thread| is_timed(readers, thread));
        let mut rests = true;
        let mut pollers = 0;
        for thread in seen.iter().filter(|thread| self.is_timed(thread)).collect::<Vec<_>>() {
            match self.sleep(thread) {
                Sleep::Lasts => {}
                Sleep::Polls => pollers += 1,
                Sleep::MayEnd => rests = false,
            }
        }
        if !rests {
            return Rest::NotYet;
        }
        self.most_pollers = self.most_pollers.max(pollers);
        self.rounds += 1;
        if self.rounds < self.rounds_of(pollers) {
            self.marks = turns(seen);
            self.relay.round();
            return Rest::NotYet;
        }
        Rest::Yes { certain: false }
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
            self.rounds = 0;
            self.marks = turns(seen);
        }
    }

    fn sleep(&mut self, thread: &Seen) -> Sleep {
        let nap = self.naps.entry(thread.tid).or_insert_with(|| Nap::new(thread));
        if nap.turns != thread.turns {
            *nap = Nap::new(thread);
        }
        nap.looks += 1;
        if self.is_late(thread) {
            return Sleep::Lasts;
        }
        let mark = *self.marks.entry(thread.tid).or_insert(thread.turns);
        // It slept at the mark. Whoever is known to poll has looked around once it has woken and sleeps again.
        let wakes = if self.pollers.contains(&thread.tid) { 1 } else { 2 };
        let polls = thread.turns >= mark + wakes;
        if !polls {
            return if self.relay.polls(thread.tid) { Sleep::Polls } else { Sleep::MayEnd };
        }
        self.pollers.insert(thread.tid);
        Sleep::Polls
    }

    /// The threads that sleep for a fixed time longer than the patience.
    pub(super) fn sleepers<'a>(&self, seen: &'a [Seen]) -> impl Iterator<Item = &'a Seen> {
        seen.iter().filter(|thread| thread.doing.is_a_sleep() && self.is_late(thread))
    }

    /// Whether it sleeps for longer than the patience: known at once where it asked for that, by waiting elsewhere.
    fn is_late(&self, thread: &Seen) -> bool {
        let nap = self.naps.get(&thread.tid).filter(|nap| nap.turns == thread.turns);
        match thread.doing {
            doing if doing.is_long() && self.limits.patience <= Limits::default().patience => true,
            // A patient scenario lets time limits run out, where that is known and does not take too long: until it is
            // seen that the thread waits on after it.
            Doing::WaitsForTime(Timer::EventUntil(_)) if self.pollers.contains(&thread.tid) => {
                thread.doing.is_long()
            }
            Doing::WaitsForTime(Timer::EventUntil(_)) => nap.is_some_and(|nap| nap.far),
            Doing::WaitsForTime(Timer::ShortSleep(_)) => false,
            _ => nap.is_some_and(|nap| nap.looks >= LOOKS && nap.since.elapsed() >= self.limits.patience),
        }
    }

    /// What to make of a subject that rests, not for certain, with nothing in flight.
    pub(super) fn idle(&mut self, seen: &[Seen]) -> Idle {
        let timed: Vec<Seen> = seen.iter().filter(|thread| self.is_timed(thread)).cloned().collect();
        let (since, runs) = self.idle.get_or_insert_with(|| (Instant::now(), turns(&timed)));
        let relay = &self.relay;
        let wakes = |thread: &Seen| {
            let alone = thread.turns - *runs.entry(thread.tid).or_insert(thread.turns);
            alone.max(relay.wakes(thread.tid))
        };
        let hopeless = timed.iter().map(wakes).min().unwrap_or(0) >= HOPELESS_WAKES;
        let known = timed.iter().all(|thread| thread.doing.is_long());
        if seen.iter().any(|thread| thread.doing == Doing::Unseen) {
            let (waits, patience) = (since.elapsed(), self.limits.patience.max(STANDS_STILL));
            return if waits >= patience { Idle::StandsStill } else { Idle::NotYet };
        }
        let waited = known || since.elapsed() >= self.limits.patience;
        if hopeless {
            Idle::PollsForever(timed)
        } else if waited && timed.iter().all(|thread| self.is_late(thread)) {
            Idle::Oversleeps(timed)
        } else {
            Idle::NotYet
        }
    }
}

/// A reader's wait on a socket has no time limit.
fn is_timed(readers: &BTreeSet<Tid>, seen: &Seen) -> bool {
    match seen.doing {
        Doing::WaitsForTime(_) => true,
        Doing::WaitsForEvent(Event::Socket) => !readers.contains(&seen.tid),
        Doing::WaitsForEvent(_) | Doing::Runs | Doing::Unseen => false,
    }
}

fn turns(seen: &[Seen]) -> BTreeMap<Tid, u64> {
    seen.iter().map(|thread| (thread.tid, thread.turns)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patient_for(patience: Duration) -> Waits {
        Waits::new(Limits { patience, ..Limits::default() })
    }

    fn seen(tid: Tid, turns: u64, doing: Doing) -> Seen {
        Seen { tid, turns, doing }
    }

    const WAIT: Doing = Doing::WaitsForEvent(Event::Wakeup);
    const NAP: Doing = Doing::WaitsForTime(Timer::Sleep);

    #[test]
    fn events_alone_are_certain() {
        let mut waits = patient_for(Duration::from_secs(9));
        assert_eq!(waits.rest(&[seen(1, 5, WAIT), seen(2, 7, WAIT)]), Rest::Yes { certain: true });
    }

    #[test]
    fn a_poller_rests_once_it_has_woken_twice_since_all_came_to_rest() {
        let mut waits = patient_for(Duration::from_secs(9));
        assert_eq!(waits.rest(&[seen(1, 5, WAIT), seen(2, 7, NAP)]), Rest::NotYet);
        assert_eq!(waits.rest(&[seen(1, 5, WAIT), seen(2, 8, NAP)]), Rest::NotYet);
        assert_eq!(waits.rest(&[seen(1, 5, WAIT), seen(2, 9, NAP)]), Rest::Yes { certain: false });
        // From now on it is known to poll: after a message it need only look around once.
        waits.progress();
        assert_eq!(waits.rest(&[seen(1, 6, WAIT), seen(2, 9, NAP)]), Rest::NotYet);
        assert_eq!(waits.rest(&[seen(1, 6, WAIT), seen(2, 10, NAP)]), Rest::Yes { certain: false });
    }

    #[test]
    fn what_one_poller_passes_on_to_another_is_waited_for_where_a_run_asks_for_that() {
        let round = |turns| [seen(1, turns, NAP), seen(2, turns, NAP), seen(3, 5, WAIT)];
        let mut hurried = patient_for(Duration::from_secs(9));
        assert_eq!(hurried.rest(&round(7)), Rest::NotYet);
        assert_eq!(hurried.rest(&round(9)), Rest::Yes { certain: false });
        assert!(hurried.hurried());

        let mut waits = Waits::new(Limits::default().with_relays());
        waits.pollers.extend([1, 2]);
        assert_eq!(waits.rest(&round(7)), Rest::NotYet);
        assert_eq!(waits.rest(&round(8)), Rest::NotYet);
        // A round is over once each of them has looked since the last one.
        assert_eq!(waits.rest(&[seen(1, 9, NAP), seen(2, 8, NAP), seen(3, 5, WAIT)]), Rest::NotYet);
        assert_eq!(waits.rest(&round(9)), Rest::Yes { certain: false });
        assert!(!waits.hurried());
    }

    #[test]
    fn where_there_are_processes_a_single_poller_has_two_rounds_if_a_run_asks_for_that() {
        let mut hurried = patient_for(Duration::from_secs(9)).of_several(true);
        assert_eq!(hurried.rest(&[seen(1, 7, NAP)]), Rest::NotYet);
        assert_eq!(hurried.rest(&[seen(1, 9, NAP)]), Rest::Yes { certain: false });
        assert!(hurried.hurried());

        let mut waits = Waits::new(Limits::default().with_relays()).of_several(true);
        waits.pollers.insert(1);
        assert_eq!(waits.rest(&[seen(1, 7, NAP)]), Rest::NotYet);
        assert_eq!(waits.rest(&[seen(1, 8, NAP)]), Rest::NotYet);
        assert_eq!(waits.rest(&[seen(1, 9, NAP)]), Rest::Yes { certain: false });
    }

    #[test]
    fn a_run_that_rests_on_guesses_is_played_again_once() {
        let mut waits = Waits::new(Limits::default());
        assert!(!waits.hurried());
        assert_eq!(waits.rest(&[seen(0, 0, Doing::Unseen)]), Rest::Yes { certain: false });
        assert!(waits.hurried());
        let mut again = Waits::new(Limits::default().with_relays());
        again.rest(&[seen(0, 0, Doing::Unseen)]);
        assert!(!again.hurried());
    }

    #[test]
    fn a_patient_scenario_lets_a_time_limit_run_out_until_its_thread_is_seen_to_wait_on() {
        let until =
            |turns, end| [seen(1, 5, WAIT), seen(2, turns, Doing::WaitsForTime(Timer::EventUntil(end)))];
        let soon = |turns| until(turns, Instant::now() + Duration::from_secs(5));
        let mut waits = patient_for(Duration::from_secs(2));
        assert_eq!(waits.rest(&soon(7)), Rest::NotYet);
        assert_eq!(waits.rest(&soon(8)), Rest::NotYet);
        assert_eq!(waits.rest(&soon(9)), Rest::Yes { certain: false });
        waits.progress();
        assert_eq!(waits.rest(&soon(10)), Rest::Yes { certain: false });
        // A limit that is too far off is waited for by nobody.
        let far = until(7, Instant::now() + Duration::from_hours(1));
        assert_eq!(patient_for(Duration::from_secs(2)).rest(&far), Rest::Yes { certain: false });
    }

    #[test]
    fn a_thread_that_a_poller_woke_starts_the_count_again() {
        let mut waits = patient_for(Duration::from_secs(9));
        assert_eq!(waits.rest(&[seen(1, 5, WAIT), seen(2, 7, NAP)]), Rest::NotYet);
        assert_eq!(waits.rest(&[seen(1, 6, WAIT), seen(2, 9, NAP)]), Rest::NotYet);
        assert_eq!(waits.rest(&[seen(1, 6, WAIT), seen(2, 11, NAP)]), Rest::Yes { certain: false });
    }

    #[test]
    fn a_long_sleep_rests_after_the_patience_and_stays_at_rest_across_messages() {
        let mut waits = patient_for(Duration::ZERO);
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
        let mut waits = patient_for(patience);
        assert_eq!(waits.rest(&far), Rest::Yes { certain: false });
        assert_eq!(waits.sleepers(&far).count(), 0);
        assert!(matches!(waits.idle(&far), Idle::Oversleeps(_)));
        // What ends soon, or has ended by now, may go on at any moment.
        let near = until(Instant::now());
        assert_eq!(patient_for(patience).rest(&near), Rest::NotYet);
    }

    #[test]
    fn a_poller_with_nothing_in_flight_is_given_up_by_its_wake_ups() {
        let mut waits = patient_for(Duration::from_secs(9));
        waits.rest(&[seen(2, 7, NAP)]);
        assert!(matches!(waits.idle(&[seen(2, 9, NAP)]), Idle::NotYet));
        assert!(matches!(waits.idle(&[seen(2, 9 + HOPELESS_WAKES, NAP)]), Idle::PollsForever(_)));
    }
}
