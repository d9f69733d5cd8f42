//! What calls of proxies give, and the dict at the end: whether some order of the calls explains it.

use std::collections::{BTreeMap, BTreeSet};

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words::{count, list};

use super::super::shared::{Gave, Key, digest};
use super::clients::returned;
use super::history::{Called, combines, history};
use super::mistakes::{Contradicted, KEYS, observed, shown_gave, shown_value, why};
use super::orders::{Contradiction, explain};
use super::standstill::word_end;
use super::updates::as_passed;

/// Each call of a proxy has its effect at one moment between its begin and its return, and gives what it then should; no call gives
/// `Gone`; and the dict that the call of `manage` returns is what they have made of it. So calls that don't overlap see each other. A pass
/// proves it for the order in which calls were made in this run, in which only calls that wait for a `combine` overlap.
pub(super) struct Explained;

impl Policy for Explained {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        (0..run.calls.len()).try_for_each(|call| explained(scenario, run, call))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

fn explained(scenario: &Scenario, run: &Run, call: usize) -> Result<(), Finding> {
    let others: Vec<Called> = (0..run.calls.len())
        .filter(|other| *other != call)
        .flat_map(|other| history(scenario, run, other))
        .collect();
    let history = history(scenario, run, call);
    combines(run, call).try_for_each(|work| as_passed(scenario, call, work))?;
    if let Some(gone) = history.iter().find(|called| called.gave() == Some(Gave::Gone)) {
        return Err(Finding::fail(
            format!("{} has its result: the manager serves until all clients have ended", gone.shown()),
            "it gave `Gone`",
            "the manager has stopped serving this client: an error of one call ended it, a request could not be read, or the end of another \
             client was taken for the end of all",
            "an error of a call is an answer like every other; stop serving a client when its own requests end, and not before",
        ));
    }
    let dict = returned(run, call).map(|(_, dict)| dict);
    let is_it = |made: &BTreeMap<Key, u64>| dict.is_none_or(|dict| dict == entries(made));
    let judge = |history: &[Called]| {
        explain(history, is_it).map_err(|contradiction| match contradiction {
            Contradiction::Call { call, instead_of } => of_a_call(history, &others, call, &instead_of),
            Contradiction::Undone { call } => undone(&history[call]),
            Contradiction::End { dicts } => of_the_end(history, &dicts, dict.unwrap_or_default()),
        })
    };
    let Err(finding) = judge(&history) else { return Ok(()) };
    // If something else is wrong without the calls that were cut short, one of these has done something.
    let (half, whole): (Vec<Called>, Vec<Called>) =
        history.iter().cloned().partition(|called| called.is_half);
    match (half.first(), judge(&whole)) {
        (Some(half), Err(without)) if without.expected != finding.expected => Err(half_counts(half, without)),
        _ => Err(finding),
    }
}

fn half_counts(half: &Called, finding: Finding) -> Finding {
    let cause = format!(
        "half a call did something: the client was killed in the middle of {}, and what had come of it was taken for a whole call",
        half.shown()
    );
    Finding { cause, hint: WHOLE.to_owned(), ..finding }
}

const WHOLE: &str = "carry a request out when its last byte is there: `read_exact` fails if the input ends before, and a line is whole with \
                     its newline";

fn undone(called: &Called) -> Finding {
    Finding::fail(
        format!("{} counts, although its client has ended: `combine` has run for it", called.shown()),
        "what `combine` gave for it is not in the dict, or not for good",
        "what a client has not heard the answer of is undone, or not written at all",
        "what a client has finished saying counts, whether it hears the answer or not: write what `combine` gave, and answer then",
    )
}

/// As the adapter returns it.
fn entries(dict: &BTreeMap<Key, u64>) -> Vec<u64> {
    let by_text: BTreeMap<String, u64> = dict.iter().map(|(key, value)| (key.text(), *value)).collect();
    by_text.iter().flat_map(|(key, value)| digest(key).into_iter().chain([*value])).collect()
}

fn of_a_call(history: &[Called], others: &[Called], call: usize, instead_of: &BTreeSet<Gave>) -> Finding {
    let called = &history[call];
    let contradicted = Contradicted { history, others, called, instead_of };
    let (cause, hint) = why(&contradicted);
    let expected = if instead_of.is_empty() {
        format!("{} has an effect that fits what came before", called.shown())
    } else {
        let all = instead_of.iter().map(|gave| shown_gave(history, *gave)).collect::<Vec<_>>();
        format!("{} gives {}", called.shown(), all.join(" or "))
    };
    Finding::fail(expected, observed(&contradicted), cause, hint)
}

fn of_the_end(history: &[Called], dicts: &BTreeSet<BTreeMap<Key, u64>>, dict: &[u64]) -> Finding {
    let made = dicts.first().cloned().unwrap_or_default();
    let seen: BTreeMap<[u64; 2], u64> =
        dict.chunks_exact(3).map(|entry| ([entry[0], entry[1]], entry[2])).collect();
    let known: BTreeMap<[u64; 2], Key> = made.keys().map(|key| (digest(&key.text()), *key)).collect();
    let foreign = seen.keys().filter(|text| !known.contains_key(*text)).count();
    let missing: Vec<Key> =
        known.iter().filter(|(text, _)| !seen.contains_key(*text)).map(|(_, key)| *key).collect();
    let other = known.iter().find_map(|(text, key)| {
        let value = *seen.get(text)?;
        (made.get(key) != Some(&value)).then_some((*key, value))
    });
    let keys = |number: usize| count(number, "key");
    let lost = history
        .iter()
        .find(|called| called.back.is_none() && called.op.key().is_some_and(|key| !made.contains_key(&key)));
    let (observed, cause, hint) = if foreign > 0 {
        let what = if foreign == 1 {
            "a key that nobody has inserted is there"
        } else {
            "keys that nobody has inserted are there"
        };
        let (cause, hint) = if lost.is_some() {
            (
                "half a request is carried out: the client ended while it sent it, and what had come was taken for a whole one",
                WHOLE,
            )
        } else {
            KEYS
        };
        (what.to_owned(), cause, hint)
    } else if let Some((key, value)) = other {
        (
            format!("under {} there is {}", super::history::shown(key), shown_value(history, value)),
            "the value is that of an earlier moment, or half a request was carried out",
            "do each call's work in the one dict, under its lock, and give that dict back when all clients have ended",
        )
    } else {
        (
            format!(
                "{} missing: {}",
                if missing.len() == 1 { "1 is".to_owned() } else { format!("{} are", missing.len()) },
                list(missing.iter().map(|key| super::history::shown(*key)))
            ),
            if seen.is_empty() {
                "the manager has never heard of what the clients do: each has a dict in its own memory, be it a `static`"
            } else {
                "the dict is taken before the last clients have ended, or is a copy"
            },
            "there is one dict, in the manager: send it every call, serve all clients to their ends, and give that dict back",
        )
    };
    Finding::fail(
        format!("at the end the dict is what the calls have made of it: {}", keys(made.len())),
        format!("{}; {observed}", keys(seen.len())),
        cause,
        hint,
    )
}
