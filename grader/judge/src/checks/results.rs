//! What a call returned, against what the judge answered.

use std::collections::{BTreeMap, BTreeSet};

use super::Policy;
use crate::run::Run;
use crate::scenario::Scenario;
use crate::suite::Finding;
use crate::wire::Payload;
use crate::words::{count, list, thousands};

/// A call returned the results of exactly its inputs, in any order. A pass says nothing of the order.
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
    let returned = run.calls[call].returned()?.numbers.clone();
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
        (0..run.calls.len()).try_for_each(|call| {
            let Some((mut returned, answers)) = compare(self.kind, run, scenario, call) else {
                return Ok(());
            };
            let length = (returned.len(), answers.len());
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
            let mut observed = vec![count(length.0, "result")];
            for (number, what) in [
                (missing, "missing"),
                (foreign, "that no call of the work returned"),
                (own - distinct.len(), "returned more than once"),
            ] {
                if number > 0 {
                    observed.push(format!("{} {what}", thousands(number as u64)));
                }
            }
            let noun = self.noun;
            let (cause, hint) = if foreign > 0 && missing == 0 {
                (
                    "something of an earlier call, or of elsewhere, is among the results",
                    "keep nothing from one call to the next: no `static`".to_owned(),
                )
            } else if foreign > 0 {
                (
                    "the results are read before all calls have ended, so that places still hold what they held at first; or a \
                     result is lost or overwritten on its way back",
                    "wait for every thread (join it) before you read what it has written".to_owned(),
                )
            } else {
                (
                    "a part of the input is left out, or a result is lost or overwritten on its way back",
                    format!("follow one {noun} from the input to its place in the output, the last one first"),
                )
            };
            Err(Finding::fail(
                format!("{} for {}, one for each", count(length.1, "result"), count(length.1, noun)),
                observed.join(", "),
                cause,
                hint,
            ))
        })
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
            let mut ended: Vec<_> = run.works.iter().filter(|work| work.call == call).collect();
            ended.sort_by_key(|work| work.ended_as);
            let as_they_ended = ended
                .iter()
                .filter_map(|work| work.answer.as_ref())
                .flat_map(|answer| &answer.numbers)
                .eq(&returned);
            let (cause, hint) = if as_they_ended {
                (
                    "the results stand in the order in which the calls ended",
                    "carry each result's index along, and put the result at that index",
                )
            } else {
                (
                    "the results are put together in another order than the input's",
                    "carry each result's index along, and put the result at that index",
                )
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
                hint,
            ))
        })
    }
}
