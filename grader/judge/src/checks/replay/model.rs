//! The sequential model of an object, and every state of it that explains what was seen.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::steps::{Gave, Op};

/// What an object promises, as a small program without threads: the judge's own, beside the checks of an exercise.
pub trait Spec: Send + Sync {
    /// All that decides how operations go on: what the object holds, and who waits in which order, where that matters.
    type State: Clone + Ord;

    /// Before anything is done.
    fn start(&self) -> Self::State;

    /// A driver calls an operation: it takes its place in a line, where there is one.
    fn arrive(&self, _state: &mut Self::State, _driver: u16, _op: &[u64]) {}

    /// What the operation gives once it can go on, and the state after it; `None`: it waits.
    fn next(&self, state: &Self::State, driver: u16, op: &[u64]) -> Option<(Self::State, Vec<u64>)>;

    /// Whether an operation that gives this has come to the end of its time limit: as long as that may still run, it may as well wait on.
    fn runs_out(&self, _op: &[u64], _result: &[u64]) -> bool {
        false
    }

    /// An operation as its caller writes it: `acquire_timeout(30 ms)`.
    fn called(&self, op: &[u64]) -> String;

    /// What it gave, as a clause behind it: `gave None`. Empty where there is nothing to tell but that it came back.
    fn gave(&self, op: &[u64], result: &[u64]) -> String;

    /// The likely cause, and the next thing to try; `None` leaves it to what is true of any object.
    fn explain(&self, _miss: &Miss) -> Option<(String, String)> {
        None
    }
}

/// Rows that were called, by driver.
pub type Calls = Vec<(u16, Vec<Op>)>;

/// How what was seen differs from what is right: from the nearest of all that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// What came just before.
    pub after: After,
    /// Who should be back and still waits.
    pub late: Calls,
    /// Who is back and should wait.
    pub early: Calls,
    /// Who is back with something else than it should be, and with what.
    pub wrong: Vec<(u16, Vec<Op>, Vec<Gave>)>,
    /// Who is back, and with what.
    pub back: BTreeMap<u16, Vec<Gave>>,
    /// How many should wait.
    pub waiting: usize,
    /// All that came before that.
    pub before: Vec<After>,
}

impl Miss {
    /// Whether somebody was woken for nothing just before.
    #[must_use]
    pub fn is_nudge(&self) -> bool {
        matches!(self.after, After::Nudge(_))
    }

    /// Whether somebody was woken for nothing, at any time.
    #[must_use]
    pub fn has_nudge(&self) -> bool {
        self.is_nudge() || self.before.iter().any(|before| matches!(before, After::Nudge(_)))
    }
}

/// What came just before a rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// A driver called these operations.
    Row(u16, Vec<Op>),
    /// A driver was woken for nothing.
    Nudge(u16),
    /// Nothing that anybody waits for.
    Nothing,
}

/// What was seen at a rest: what each driver's row gave that came back since the rest before.
pub(super) type Back = BTreeMap<u16, Vec<Gave>>;

/// A rest, as it was seen.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) back: &'a Back,
    /// Whether a time limit still ran: whoever has it may be back, or wait.
    pub(super) within_limit: bool,
}

/// A state, and what is being done.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct World<S> {
    state: S,
    pending: BTreeMap<u16, Rc<Pending>>,
}

/// A row that has not come back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pending {
    row: Vec<Op>,
    gave: Vec<Gave>,
}

impl Pending {
    /// The operation that is being done.
    fn op(&self) -> &Op {
        &self.row[self.gave.len()]
    }
}

impl<S: Clone + Ord> World<S> {
    pub(super) fn start<M: Spec<State = S>>(spec: &M) -> Self {
        Self { state: spec.start(), pending: BTreeMap::new() }
    }

    /// A driver begins a row.
    pub(super) fn begin<M: Spec<State = S>>(&mut self, spec: &M, driver: u16, row: Vec<Op>) {
        if let Some(first) = row.first() {
            spec.arrive(&mut self.state, driver, first);
            self.pending.insert(driver, Rc::new(Pending { row, gave: Vec::new() }));
        }
    }

    /// What is being done.
    pub(super) fn rows(&self) -> impl Iterator<Item = (u16, &[Op])> {
        self.pending.iter().map(|(&driver, pending)| (driver, pending.row.as_slice()))
    }

    /// The operation of its row that a driver waits in.
    pub(super) fn waiting_in(&self, driver: u16) -> Option<&Op> {
        self.pending.get(&driver).map(|pending| pending.op())
    }

    /// The state after a driver's operation has given this; and what its row has given by then, where it is back.
    fn after<M: Spec<State = S>>(
        &self,
        spec: &M,
        driver: u16,
        state: S,
        result: Vec<u64>,
    ) -> (Self, Option<Vec<Gave>>) {
        let mut after = Self { state, pending: self.pending.clone() };
        let Some(pending) = after.pending.remove(&driver) else { return (after, None) };
        let mut pending = Rc::unwrap_or_clone(pending);
        pending.gave.push(Gave::Result(result));
        if pending.gave.len() == pending.row.len() {
            return (after, Some(pending.gave));
        }
        spec.arrive(&mut after.state, driver, pending.op());
        after.pending.insert(driver, Rc::new(pending));
        (after, None)
    }

    /// All states in which everybody rests who has not come `back`, in whatever order the operations went on.
    pub(super) fn rests<M: Spec<State = S>>(self, spec: &M, rest: Seen<'_>) -> BTreeSet<Self> {
        let (mut rests, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![self]);
        while let Some(world) = open.pop() {
            if !seen.contains(&world) {
                world.spread(spec, rest, &mut open, &mut rests);
                seen.insert(world);
            }
        }
        rests
    }

    /// Adds what may come next to `open`, or itself to `rests`.
    fn spread<M: Spec<State = S>>(
        &self,
        spec: &M,
        Seen { back, within_limit }: Seen<'_>,
        open: &mut Vec<Self>,
        rests: &mut BTreeSet<Self>,
    ) {
        let mut ways: Vec<(u16, &Pending, S, Vec<u64>)> = Vec::new();
        let mut goes_on = false;
        for (&driver, pending) in &self.pending {
            let Some((state, result)) = spec.next(&self.state, driver, pending.op()) else { continue };
            goes_on |= !(within_limit && spec.runs_out(pending.op(), &result));
            let (seen, done) = (back.get(&driver), pending.gave.len() + 1 == pending.row.len());
            if !explains(seen, pending, &result) {
                continue;
            }
            if done && state == self.state {
                // It changes nothing for anybody, so it may as well be the next: no other order explains more.
                return open.push(self.after(spec, driver, state, result).0);
            }
            // Two that do the same, and give the same, and leave the same behind: no order of theirs explains more than the other.
            let same = |(by, other, left, _): &(u16, &Pending, S, Vec<u64>)| {
                *left == state && *other == &**pending && back.get(by) == seen
            };
            if !ways.iter().any(same) {
                ways.push((driver, pending, state, result));
            }
        }
        if !goes_on && self.pending.keys().all(|driver| !back.contains_key(driver)) {
            rests.insert(self.clone());
        }
        open.extend(
            ways.into_iter().map(|(driver, _, state, result)| self.after(spec, driver, state, result).0),
        );
    }

    /// What would have been right, of all that the contract allows what is nearest to what was seen: who comes back, and with what.
    pub(super) fn nearest<M: Spec<State = S>>(mut self, spec: &M, rest: Seen<'_>) -> (Back, Self) {
        let mut back = Back::new();
        loop {
            let ways = self.pending.iter().filter_map(|(&driver, pending)| {
                let (state, result) = spec.next(&self.state, driver, pending.op())?;
                let rank = match rest.back.get(&driver) {
                    None if rest.within_limit && spec.runs_out(pending.op(), &result) => return None,
                    gave @ Some(_) if explains(gave, pending, &result) => 0,
                    Some(_) => 1,
                    None => 2,
                };
                Some((rank, driver, state, result))
            });
            let Some((_, driver, state, result)) = ways.min_by_key(|&(rank, driver, ..)| (rank, driver))
            else {
                return (back, self);
            };
            let (after, gave) = self.after(spec, driver, state, result);
            back.extend(gave.map(|gave| (driver, gave)));
            self = after;
        }
    }
}

/// Whether a row whose next operation gives this may be one that was seen to come back with `seen`, or one that is not back.
fn explains(seen: Option<&Vec<Gave>>, pending: &Pending, result: &[u64]) -> bool {
    let (place, rows) = (pending.gave.len(), pending.row.len());
    match seen {
        Some(seen) => {
            let gives = matches!(seen.get(place), Some(Gave::Result(gave)) if gave == result);
            gives && seen[..place] == pending.gave[..] && (place + 1 < rows || seen.len() == rows)
        }
        None => place + 1 < rows,
    }
}
