//! What a call returned, against what the judge answered.

use std::collections::{BTreeMap, BTreeSet};

use super::{EachOnce, Policy};
use crate::run::{Run, WorkRecord};
use crate::scenario::Scenario;
use crate::suite::Finding;
use crate::wire::Payload;
use crate::words::{count, list, thousands};

/// Each input was worked once, and the calls returned exactly their results, in any order, those apart in which the work panics.
/// A pass says nothing of the order.
pub struct AllResults {
    /// The supplied function.
    pub kind: u16,
    /// What an input is called.
    pub noun: &'static str,
}

/// Result i of a call belongs to its i-th input. Inputs that the work was given as plain data ([`Work::input`]) and that are
/// equal can't be told apart: their results may stand in for one another. A pass proves it for the orders of completion that
/// were played.
///
/// [`Work::input`]: crate::wire::Work::input
pub struct ResultsInOrder {
    /// The supplied function.
    pub kind: u16,
    /// What an input is called.
    pub noun: &'static str,
}

/// The numbers that a call returned and, for each of its inputs in order of their keys, the answers that they got (several
/// where an input was worked more than once).
fn compare(kind: u16, run: &Run, scenario: &Scenario, call: usize) -> Option<(Vec<u64>, Vec<Vec<u64>>)> {
    // What a call gives in which the work panics is for other policies.
    let ended = Some(&run.calls[call]).filter(|_| !run.work_panicked(call));
    let returned = ended?.returned()?.numbers.clone();
    let mut answers: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for key in keys_of(kind, scenario, call) {
        answers.insert(key, Vec::new());
    }
    for work in run.works.iter().filter(|work| work.call == call && work.work.kind == kind) {
        if let (Some(of_key), Some(answer)) = (answers.get_mut(&work.work.key), &work.answer) {
            of_key.extend(&answer.numbers);
        }
    }
    Some((returned, answers.into_values().collect()))
}

/// Gives equal inputs the answers of all of them.
fn share_among_equals(kind: u16, run: &Run, scenario: &Scenario, call: usize, answers: &mut [Vec<u64>]) {
    let places: BTreeMap<u64, usize> = keys_of(kind, scenario, call).zip(0..).collect();
    let mut equals: BTreeMap<&Payload, BTreeSet<usize>> = BTreeMap::new();
    for work in run.works.iter().filter(|work| work.call == call && work.work.kind == kind) {
        let place = places.get(&work.work.key);
        if let Some(&place) = place.filter(|_| work.work.input != Payload::default()) {
            equals.entry(&work.work.input).or_default().insert(place);
        }
    }
    for places in equals.values().filter(|places| places.len() > 1) {
        let all: Vec<u64> = places.iter().flat_map(|&place| answers[place].clone()).collect();
        for &place in places {
            answers[place].clone_from(&all);
        }
    }
}

/// The keys of a call's inputs: those of the plan in the call's range (see [`CALL_KEYS`]).
pub(super) fn keys_of(kind: u16, scenario: &Scenario, call: usize) -> impl Iterator<Item = u64> {
    let call = call as u64;
    let range = call * CALL_KEYS..(call + 1) * CALL_KEYS;
    scenario.plan.of_kind(kind).map(|(key, _)| key).filter(move |key| range.contains(key))
}

/// Input i of call c has the key `c * CALL_KEYS + i`.
pub const CALL_KEYS: u64 = 1 << 32;

/// The i of a key.
pub(super) fn index(key: u64) -> u64 {
    key % CALL_KEYS
}

impl Policy for AllResults {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        // Results of work that was left out or done twice say nothing more.
        EachOnce { kind: self.kind, noun: self.noun }.judge(scenario, run)?;
        (0..run.calls.len()).try_for_each(|call| self.judge_call(scenario, run, call))
    }
}

impl AllResults {
    fn judge_call(&self, scenario: &Scenario, run: &Run, call: usize) -> Result<(), Finding> {
        let Some((mut returned, answers)) = compare(self.kind, run, scenario, call) else {
            return Ok(());
        };
        let length = (returned.len(), answers.len());
        let stopped = answers.iter().filter(|answers| answers.is_empty()).count();
        let mut known: Vec<u64> = answers.into_iter().flatten().collect();
        known.sort_unstable();
        returned.sort_unstable();
        if length.0 == length.1 && returned == known {
            return Ok(());
        }
        let absent = |of: &[u64], among: &[u64]| {
            of.iter().filter(|answer| among.binary_search(answer).is_err()).count()
        };
        let (missing, foreign) = (absent(&known, &returned), absent(&returned, &known));
        let mut distinct = returned.clone();
        distinct.retain(|answer| known.binary_search(answer).is_ok());
        let own = distinct.len();
        distinct.dedup();
        let doubled = own - distinct.len();
        let mut observed = vec![count(length.0, "result")];
        for (number, what) in [
            (missing, "missing"),
            (foreign, "that no call of the work returned"),
            (doubled, "returned more than once"),
            (stopped, "whose work was stopped before its end"),
        ] {
            if number > 0 {
                observed.push(format!("{} {what}", thousands(number as u64)));
            }
        }
        let (cause, hint) = if stopped > 0 {
            (
                "work is given up before its end: by a time limit, an `abort`, one look that finds it unfinished, or by the \
                 failure of another (`?`, `try_join`)",
                "wait for the end of each, however long it takes and whatever becomes of the others",
            )
        } else if foreign > 0 && missing == 0 {
            (
                "something of an earlier call, or of elsewhere, is among the results",
                "keep nothing from one call to the next: no `static`",
            )
        } else if foreign > 0 && run.event_loop {
            (
                "a result is replaced by something else on its way: a failure by a default value, or one that was not waited for",
                "return each result as the call gave it",
            )
        } else if foreign > 0 {
            (
                "the results are read before all calls have ended (a sleep or a time limit stands in for the join), so that places \
                 still hold what they held at first; or one thread overwrites what another has written (with a copy from before its call)",
                "wait for every thread (join it) before you read what it has written, and let each write to its own place",
            )
        } else if doubled > 0 {
            (
                "several places get the same result: equal inputs share one (a map by value), or one is copied",
                "give each input a place of its own, by its index",
            )
        } else {
            (
                "all of the input was worked, and results are lost on their way back: the loop that collects them ends too early (a \
                 count, an empty queue, a time limit taken for the end), some are filtered out, or one overwrites another",
                "collect until the last one is there (join the threads, or receive until the channel is closed), and leave none out",
            )
        };
        let noun = self.noun;
        Err(Finding::fail(
            format!("{} for {}, one for each", count(length.1, "result"), count(length.1, noun)),
            observed.join(", "),
            cause,
            hint,
        ))
    }
}

impl Policy for ResultsInOrder {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        AllResults { kind: self.kind, noun: self.noun }.judge(scenario, run)?;
        (0..run.calls.len()).try_for_each(|call| {
            let Some((returned, mut answers)) = compare(self.kind, run, scenario, call) else {
                return Ok(());
            };
            share_among_equals(self.kind, run, scenario, call, &mut answers);
            let wrong: Vec<usize> =
                (0..returned.len()).filter(|&i| !answers[i].contains(&returned[i])).collect();
            let [first, ..] = wrong[..] else { return Ok(()) };
            let belongs = answers.iter().position(|answer| answer.contains(&returned[first]));
            let belongs =
                belongs.map_or_else(|| "none of the inputs".into(), |other| format!("{} {other}", self.noun));
            let of_call = |work: &&WorkRecord| work.call == call && work.work.kind == self.kind;
            let mut ended: Vec<_> = run.works.iter().filter(of_call).collect();
            ended.sort_by_key(|work| work.ended_as);
            let as_they_ended = ended
                .iter()
                .filter_map(|work| work.answer.as_ref())
                .flat_map(|answer| &answer.numbers)
                .eq(&returned);
            let inputs: Vec<u64> = answers.iter().filter_map(|answers| answers.first().copied()).collect();
            let reversed = inputs.iter().rev().eq(&returned);
            let cause = if as_they_ended && reversed {
                "the results stand in the order in which the calls ended, or in reverse (taken from the end of a list)"
            } else if as_they_ended {
                "the results stand in the order in which the calls ended"
            } else if reversed {
                "the results stand in reverse: they are taken, or numbered, from the end of a list (`pop`)"
            } else if returned.len() >= CLEARLY && returned.is_sorted() {
                "the results are sorted by their value"
            } else {
                "the results are put together in another order than the input's: the workers' lists one behind the other, a sort by \
                 something else than the index, an iterator or a stream that promises no order"
            };
            Err(Finding::fail(
                format!("result i belongs to {} i, whatever ends first", self.noun),
                format!(
                    "{} of {} in the wrong place: {} (result {first} belongs to {belongs})",
                    wrong.len(),
                    returned.len(),
                    list(&wrong)
                ),
                cause,
                "carry each result's index along, and put the result at that index",
            ))
        })
    }
}

/// So many random numbers are hardly ever sorted by chance.
const CLEARLY: usize = 5;
