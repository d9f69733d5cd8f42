//! Lines of threads of which each sleeps for a while, starts the next one and ends. No thread of one ever wakes twice, and yet it is a
//! poller: a thread that was seen in a timed wait and is gone, with nothing said since, has woken for nothing.

use std::collections::BTreeSet;

use super::watch::Seen;
use crate::wire::Tid;

/// Threads that must have come and gone so until a line is known for one: more than an answer starts that then goes on.
const GENERATIONS: u64 = 20;

/// The same once one is known: as for any poller, whoever woke has looked around.
const KNOWN: u64 = 1;

#[derive(Debug, Default)]
pub(super) struct Relay {
    /// The threads that there were when all were first seen to sleep since the last message.
    first: Option<BTreeSet<Tid>>,
    /// Threads that were seen in a timed wait since.
    naps: BTreeSet<Tid>,
    /// Younger ones than the first that are in one now.
    young: BTreeSet<Tid>,
    /// How many have gone from there since the last message.
    ended: u64,
    /// How many of those before the pollers' last round.
    before: u64,
    /// Whether there was a line in this run.
    known: bool,
}

impl Relay {
    /// Something was said, by either side.
    pub(super) fn progress(&mut self) {
        *self = Self { known: self.known, ..Self::default() };
    }

    /// Another round begins.
    pub(super) fn round(&mut self) {
        self.before = self.ended;
    }

    /// All threads sleep, some of them for a while.
    pub(super) fn look(&mut self, seen: &[Seen], is_timed: impl Fn(&Seen) -> bool) {
        let here: BTreeSet<Tid> = seen.iter().map(|thread| thread.tid).collect();
        self.ended += self.naps.difference(&here).count() as u64;
        let first = self.first.get_or_insert_with(|| here.clone());
        self.naps = seen.iter().filter(|thread| is_timed(thread)).map(|thread| thread.tid).collect();
        self.young = self.naps.difference(first).copied().collect();
        let needed = if self.known { KNOWN } else { GENERATIONS };
        self.known |= self.generations(self.before) >= needed;
    }

    /// How many threads of each line there were before the one that waits now.
    fn generations(&self, before: u64) -> u64 {
        (self.ended - before).checked_div(self.young.len() as u64).unwrap_or(0)
    }

    /// Whether this thread stands for a line that has looked around since the last message.
    pub(super) fn polls(&self, tid: Tid) -> bool {
        self.known && self.young.contains(&tid) && self.generations(self.before) >= KNOWN
    }

    /// How often this thread's line has woken since the last message.
    pub(super) fn wakes(&self, tid: Tid) -> u64 {
        if self.young.contains(&tid) { self.generations(0) } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::watch::{Doing, Timer};
    use super::*;

    fn look(relay: &mut Relay, tids: &[Tid]) {
        let doing = Doing::WaitsForTime(Timer::ShortSleep(Duration::from_millis(1)));
        let seen: Vec<Seen> = tids.iter().map(|&tid| Seen { tid, turns: 1, doing }).collect();
        relay.look(&seen, |_| true);
    }

    #[test]
    fn a_line_polls_once_many_of_its_threads_have_come_and_gone_and_sooner_the_next_time() {
        let mut relay = Relay::default();
        for tid in 0..GENERATIONS {
            look(&mut relay, &[tid]);
            assert!(!relay.polls(tid));
        }
        look(&mut relay, &[GENERATIONS]);
        assert!(relay.polls(GENERATIONS));
        assert_eq!(relay.wakes(GENERATIONS), GENERATIONS);
        relay.progress();
        look(&mut relay, &[50]);
        assert!(!relay.polls(50));
        look(&mut relay, &[51]);
        assert!(relay.polls(51));
        // Who was there before is no line.
        assert!(!relay.polls(50));
    }

    #[test]
    fn of_several_lines_each_must_have_looked() {
        let mut relay = Relay { known: true, ..Relay::default() };
        look(&mut relay, &[1, 2]);
        look(&mut relay, &[2, 3]);
        assert!(relay.polls(3));
        relay.round();
        look(&mut relay, &[2, 3]);
        assert!(!relay.polls(3));
        // Two have come, and one alone has gone.
        look(&mut relay, &[3, 4, 5]);
        assert!(!relay.polls(4));
        look(&mut relay, &[4, 5, 6]);
        assert!(!relay.polls(4));
        look(&mut relay, &[6, 7]);
        assert!(relay.polls(7));
    }

    #[test]
    fn many_threads_that_wait_at_first_and_then_go_on_are_no_line() {
        let mut relay = Relay::default();
        let all: Vec<Tid> = (0..64).collect();
        for started in 1..=64 {
            look(&mut relay, &all[..started]);
            assert!(!relay.polls(started as Tid - 1));
        }
        // Half of them found nothing to do.
        look(&mut relay, &all[32..]);
        assert!(!all.iter().any(|&tid| relay.polls(tid)));
    }
}
