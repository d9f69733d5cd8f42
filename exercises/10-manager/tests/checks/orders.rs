//! Whether some order of the calls explains what they gave: linearizability (Herlihy and Wing 1990).
//!
//! Each call must have had its effect at one moment between its begin and its return. The calls are gone through as they began and
//! returned, with every state that the dict may be in: at a return, calls that are in progress are done in whatever order, until the one
//! that returns is (as in Lowe, "Testing for linearizability", 2017). If no state is left, what that call gave is contradicted by what
//! had returned before. What is in no order that anybody saw stays open: nothing fails without such a contradiction.

use std::collections::{BTreeMap, BTreeSet};

use super::super::shared::{Gave, Key, Op, digest};
use super::history::Called;

/// The most states that are kept. With more of them nothing is proven, and nothing fails.
const STATES: usize = 4_000;

/// What no order of the calls explains.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Contradiction {
    /// This call gave something else than these, one of which it had to give. (None of them: it could not have an effect at all.)
    Call { call: usize, instead_of: BTreeSet<Gave> },
    /// `combine` has returned for this call, which never did; and nothing has come of it.
    Undone { call: usize },
    /// At the end the dict could be one of these only.
    End { dicts: BTreeSet<BTreeMap<Key, u64>> },
}

/// What may be the case at some moment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
struct State {
    dict: BTreeMap<Key, u64>,
    /// The calls in progress that have had their effect, with what they will give.
    done: BTreeMap<usize, Gave>,
}

/// Goes through calls that began in this order, on a dict that is empty at first; at the end it is as `last` says.
pub(crate) fn explain(
    history: &[Called],
    last: impl Fn(&BTreeMap<Key, u64>) -> bool,
) -> Result<(), Contradiction> {
    // What returned at a place did so before what began with the end at that place.
    let begins = history.iter().enumerate().map(|(call, called)| (called.begun, 1, call));
    let returns = history.iter().enumerate().filter_map(|(call, called)| {
        let gave = called.gave().filter(|gave| *gave != Gave::Gone);
        Some((called.back.filter(|_| gave.is_some())?.place, 0, call))
    });
    let mut moments: Vec<(usize, u8, usize)> = begins.chain(returns).collect();
    moments.sort_unstable();
    let mut states = BTreeSet::from([State::default()]);
    // Whoever never returned may have its effect at any time, and none; an update has one, once `combine` has returned.
    let mut open = BTreeSet::new();
    for (place, what, call) in moments {
        if what == 1 {
            open.insert(call);
            continue;
        }
        let Some(after) = reach(states, history, &open, place, |state| state.done.contains_key(&call)) else {
            return Ok(());
        };
        let gave = history[call].gave();
        let instead_of = after.iter().filter_map(|state| state.done.get(&call).copied()).collect();
        states = after.into_iter().filter_map(|state| state.without(call, gave)).collect();
        if states.is_empty() {
            return Err(Contradiction::Call { call, instead_of });
        }
        open.remove(&call);
    }
    let every = |_: &State| false;
    let Some(after) = reach(states, history, &open, usize::MAX, every) else { return Ok(()) };
    let due = |call: &&usize| history[**call].combined.iter().any(|combined| combined.gave.is_some());
    let counts = |state: &State| open.iter().filter(due).all(|call| state.done.contains_key(call));
    let fits: Vec<&State> = after.iter().filter(|state| last(&state.dict)).collect();
    if fits.iter().any(|state| counts(state)) {
        return Ok(());
    }
    if let (false, Some(&call)) = (fits.is_empty(), open.iter().find(due)) {
        return Err(Contradiction::Undone { call });
    }
    Err(Contradiction::End { dicts: after.into_iter().map(|state| state.dict).collect() })
}

/// The states in which it is `enough`, after as many of the open calls as it takes; all of them where it never is. `None`: too many.
fn reach(
    from: BTreeSet<State>,
    history: &[Called],
    open: &BTreeSet<usize>,
    place: usize,
    enough: impl Fn(&State) -> bool,
) -> Option<BTreeSet<State>> {
    let mut seen = from.clone();
    let mut left: Vec<State> = from.into_iter().collect();
    let mut reached = BTreeSet::new();
    let mut all = BTreeSet::new();
    while let Some(state) = left.pop() {
        if seen.len() > STATES {
            return None;
        }
        if enough(&state) {
            reached.insert(state);
            continue;
        }
        let not_done = open.iter().filter(|call| !state.done.contains_key(call));
        let next = not_done.flat_map(|&call| state.after(call, &history[call], place));
        left.extend(next.filter(|state| seen.insert(state.clone())));
        all.insert(state);
    }
    // At the end nothing is enough, and everything may be.
    Some(if place == usize::MAX { all } else { reached })
}

impl State {
    /// With the effect of this call; several where `combine` was called several times for it.
    fn after(&self, call: usize, called: &Called, place: usize) -> Vec<Self> {
        let same = |gave| {
            let mut next = self.clone();
            next.done.insert(call, gave);
            next
        };
        let with = |gave, key: Key, value: Option<u64>| {
            let mut next = same(gave);
            match value {
                Some(value) => next.dict.insert(key, value),
                None => next.dict.remove(&key),
            };
            next
        };
        let missing = |key: Key| Gave::NoSuchKey(digest(&key.text()));
        let there = called.op.key().and_then(|key| self.dict.get(&key).copied());
        match called.op {
            Op::Get(_) => vec![same(Gave::Option(there))],
            Op::Insert(key, value) => vec![with(Gave::Option(there), key, Some(value))],
            Op::Len => vec![same(Gave::Value(self.dict.len() as u64))],
            Op::Remove(key) => vec![match there {
                Some(value) => with(Gave::Value(value), key, None),
                None => same(missing(key)),
            }],
            Op::Update(key, _) => match there {
                None => vec![same(missing(key))],
                Some(value) => {
                    let mine = called.combined.iter().filter(|combined| combined.value == value);
                    let ended = mine.filter_map(|combined| combined.gave.filter(|(end, _)| *end < place));
                    ended.map(|(_, new)| with(Gave::Value(new), key, Some(new))).collect()
                }
            },
        }
    }

    /// After the return of a call that is done, if it gave this.
    fn without(mut self, call: usize, gave: Option<Gave>) -> Option<Self> {
        (self.done.remove(&call) == gave).then_some(self)
    }
}
