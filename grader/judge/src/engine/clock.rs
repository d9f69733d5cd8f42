//! The virtual clock: which call of the supplied work ends next.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::num::NonZeroUsize;

use crate::scenario::Ticks;

/// What is in flight, ordered by when it is due; calls due at the same tick come in a seeded order that does not depend on
/// the order in which they started.
#[derive(Debug)]
pub(super) struct Clock {
    now: Ticks,
    due: BinaryHeap<Reverse<Due>>,
    seed: u64,
    /// Of each kind that needs a core: when each core is free again.
    cores: BTreeMap<u16, BinaryHeap<Reverse<Ticks>>>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: Ticks,
    tie: u64,
    /// The position in [`crate::run::Run::works`]; last, so that it only parts what nothing else does.
    work: usize,
}

impl Clock {
    /// `cores`: of each kind that needs one, how many there are.
    pub(super) fn new(seed: u64, cores: &BTreeMap<u16, NonZeroUsize>) -> Self {
        let free = |(&kind, &number): (&u16, &NonZeroUsize)| (kind, vec![Reverse(0); number.get()].into());
        Self { now: 0, due: BinaryHeap::new(), seed, cores: cores.iter().map(free).collect() }
    }

    pub(super) fn now(&self) -> Ticks {
        self.now
    }

    /// Starts a call that takes `ticks`, and says when it begins: where its kind needs a core, when the first one is free. So those
    /// that are started first are served first, and keep their core to the end: first come, first served, without preemption (Kleinrock,
    /// Queueing Systems, vol. 1, 1975: the discipline of the queue G/G/n). What takes no time needs no core, and what is withdrawn
    /// keeps its own until it would have ended.
    pub(super) fn start(&mut self, work: usize, ticks: Ticks, kind: u16, key: u64) -> Ticks {
        let tie = mix(self.seed ^ mix(key ^ (u64::from(kind) << 48)));
        let core = self.cores.get_mut(&kind).filter(|_| ticks > 0).and_then(BinaryHeap::peek_mut);
        let began = core.as_ref().map_or(self.now, |free| free.0.max(self.now));
        let at = began.saturating_add(ticks);
        if let Some(mut free) = core {
            *free = Reverse(at);
        }
        self.due.push(Reverse(Due { at, tie, work }));
        began
    }

    /// Takes a call out that nobody waits for any more.
    pub(super) fn withdraw(&mut self, work: usize) {
        self.due.retain(|Reverse(due)| due.work != work);
    }

    /// When the earliest call is due.
    pub(super) fn next_due(&self) -> Option<Ticks> {
        self.due.peek().map(|Reverse(due)| due.at)
    }

    /// The earliest call that is due.
    pub(super) fn next(&self) -> Option<usize> {
        self.due.peek().map(|Reverse(due)| due.work)
    }

    /// Moves on to a tick before which nothing is due.
    pub(super) fn move_to(&mut self, at: Ticks) {
        debug_assert!(self.next_due().is_none_or(|due| due >= at), "a call would be passed over");
        self.now = at;
    }

    /// Whether nothing is in flight.
    pub(super) fn is_idle(&self) -> bool {
        self.due.is_empty()
    }

    /// How many are in flight.
    pub(super) fn in_flight(&self) -> usize {
        self.due.len()
    }

    /// Takes a call back: nobody waits for its end any more.
    pub(super) fn cancel(&mut self, work: usize) {
        self.due.retain(|Reverse(due)| due.work != work);
    }

    /// Moves on to the earliest due call and takes it.
    pub(super) fn advance(&mut self) -> Option<usize> {
        let Reverse(due) = self.due.pop()?;
        self.now = due.at;
        Some(due.work)
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea, Flood 2014): spreads a number over 64 bits, one to one.
#[must_use]
pub(crate) fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(seed: u64, started: &[u64]) -> Vec<u64> {
        let mut clock = Clock::new(seed, &BTreeMap::new());
        for (position, key) in started.iter().enumerate() {
            clock.start(position, 10, 0, *key);
        }
        std::iter::from_fn(|| clock.advance()).map(|position| started[position]).collect()
    }

    #[test]
    fn ties_are_seeded_and_do_not_depend_on_the_order_of_starting() {
        let orders: Vec<_> = (0..8).map(|seed| order(seed, &[0, 1, 2, 3, 4])).collect();
        assert_eq!(order(3, &[4, 2, 0, 1, 3]), orders[3]);
        assert!(orders.iter().any(|other| *other != orders[0]), "the seed changes nothing: {orders:?}");
    }

    #[test]
    fn the_earliest_comes_first_and_time_does_not_go_back() {
        let mut clock = Clock::new(0, &BTreeMap::new());
        clock.start(0, 30, 0, 0);
        clock.start(1, 10, 0, 1);
        assert_eq!(clock.advance(), Some(1));
        clock.start(2, 5, 0, 2);
        assert_eq!((clock.advance(), clock.now()), (Some(2), 15));
        assert_eq!((clock.advance(), clock.now()), (Some(0), 30));
        assert!(clock.is_idle());
    }

    #[test]
    fn what_is_withdrawn_is_never_due_and_the_clock_stops_where_it_is_told_to() {
        let mut clock = Clock::new(0, &BTreeMap::new());
        clock.start(0, 30, 0, 0);
        clock.start(1, 10, 0, 1);
        clock.withdraw(1);
        assert_eq!((clock.next_due(), clock.in_flight()), (Some(30), 1));
        clock.move_to(25);
        clock.start(2, 1, 0, 2);
        assert_eq!((clock.advance(), clock.now()), (Some(2), 26));
        assert_eq!((clock.advance(), clock.now()), (Some(0), 30));
    }

    #[test]
    fn works_of_a_kind_with_cores_begin_when_one_is_free_first_come_first_served() {
        let mut clock = Clock::new(0, &[(1, NonZeroUsize::new(2).unwrap())].into());
        let begins: Vec<_> = [30, 10, 10, 10]
            .into_iter()
            .zip(0..)
            .map(|(ticks, i)| clock.start(i, ticks, 1, i as u64))
            .collect();
        assert_eq!(begins, [0, 0, 10, 20]);
        // Another kind needs none, and nor does what takes no time.
        assert_eq!([clock.start(4, 5, 0, 4), clock.start(5, 0, 1, 5)], [0, 0]);
        let ends: Vec<_> = std::iter::from_fn(|| clock.advance().map(|work| (work, clock.now()))).collect();
        assert_eq!(ends[..4], [(5, 0), (4, 5), (1, 10), (2, 20)]);
        assert_eq!([ends[4].1, ends[5].1], [30, 30]);
        // Both have been free since then.
        clock.move_to(50);
        assert_eq!(
            [clock.start(6, 10, 1, 6), clock.start(7, 5, 1, 7), clock.start(8, 5, 1, 8)],
            [50, 50, 55]
        );
    }
}
