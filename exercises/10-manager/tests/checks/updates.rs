//! `update` and `combine`.

use std::collections::BTreeMap;

use judge::checks::Policy;
use judge::run::{Run, WorkRecord};
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words::tick;

use super::super::shared::Gave;
use super::history::{Called, combines, history, session};
use super::standstill::word_end;

/// `combine` is called in the calling process, once for each update that succeeds and for no other, and no value of a key is combined
/// twice: each update of a key goes on from what the one before it has made. A pass says nothing of other calls in between.
pub(super) struct OneStep;

impl Policy for OneStep {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        (0..run.calls.len()).try_for_each(|call| {
            let history = history(scenario, run, call);
            combines(run, call).try_for_each(|work| as_passed(scenario, call, work))?;
            // Whoever combines for a missing key goes on from the same made-up value each time.
            let of_none = |called: &&Called| matches!(called.gave(), Some(Gave::NoSuchKey(_)));
            history.iter().filter(of_none).try_for_each(once)?;
            chained(run, call, &history)?;
            history.iter().try_for_each(once)
        })
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

/// What `combine` was given.
pub(super) fn as_passed(scenario: &Scenario, call: usize, work: &WorkRecord) -> Result<(), Finding> {
    if work.process != 0 {
        return Err(Finding::fail(
            "`combine` is called in the process that called `manage`",
            "it was called in another process",
            "a client reaches `combine` by itself, through a channel of its own making",
            "send what was passed to `update` to the manager, and call `combine` there",
        ));
    }
    let passed = session(scenario, call).updates;
    let [value, with] = work.work.input.numbers[..] else { return Ok(()) };
    let is_known = |number| passed.iter().any(|(with, _)| *with == number);
    if is_known(with) {
        return Ok(());
    }
    let (cause, hint) = if is_known(value) {
        (
            "its arguments are the wrong way round",
            "`combine(value, with)`: first what the dict has, then what was passed",
        )
    } else {
        (
            "what was passed to `update` does not arrive as it is: a number that is too short, signed, or of another request",
            "send all 64 bits of it",
        )
    };
    Err(Finding::fail(
        "`combine` is given what a client passed to `update`, as its second argument",
        "it was given a number that no client had passed",
        cause,
        hint,
    ))
}

/// Whether two calls of `combine` went on from the same value: values are different numbers.
fn chained(run: &Run, call: usize, history: &[Called]) -> Result<(), Finding> {
    let mut begun: BTreeMap<u64, &WorkRecord> = BTreeMap::new();
    for work in combines(run, call) {
        let [value, with] = work.work.input.numbers[..] else { continue };
        let Some(before) = begun.insert(value, work) else { continue };
        let who = |work: &WorkRecord| {
            let mine = |called: &&Called| work.work.input.numbers.get(1).copied() == with_of(called);
            history.iter().find(mine).map_or_else(String::new, |called| format!("{}, ", called.shown()))
        };
        if before.work.input.numbers.get(1) == Some(&with) {
            continue;
        }
        return Err(Finding::fail(
            "each update goes on from the value that the one before it has made",
            format!(
                "two went on from the same value: {}whose `combine` began at {}, and {}whose `combine` began at {}",
                who(before),
                tick(before.start),
                who(work),
                tick(work.start),
            ),
            "`update` is two steps: the value is read, and written later, and the dict is not locked in between. One of the two updates is lost",
            "hold the lock of the dict (or of that key) from the moment in which the value is read until the new one is written, also while \
             `combine` runs",
        ));
    }
    Ok(())
}

fn with_of(called: &Called) -> Option<u64> {
    match called.op {
        super::super::shared::Op::Update(_, with) => Some(with),
        _ => None,
    }
}

/// How often `combine` was called for an update.
fn once(called: &Called) -> Result<(), Finding> {
    if with_of(called).is_none() {
        return Ok(());
    }
    let times = called.combined.len();
    let (due, cause, hint) = match called.gave() {
        Some(Gave::Value(_)) if times == 0 => (
            "once, since the key is there",
            "the new value is not what `combine` gave",
            "call `combine(value, with)`, write what it gives into the dict, and answer with that",
        ),
        Some(Gave::NoSuchKey(_)) if times > 0 => (
            "not at all, since the key is not there",
            "a missing key is taken for a value",
            "look the key up first: if it is missing, nothing is combined and nothing is written",
        ),
        _ if times > 1 => (
            "once",
            "`combine` is tried again where another call came in between, or called once to look and once to write",
            "hold the lock of the dict over the whole step: then once is enough",
        ),
        _ => return Ok(()),
    };
    Err(Finding::fail(
        format!("`combine` is called {due}, for {}", called.shown()),
        match times {
            0 => "it was not called".to_owned(),
            1 => "it was called".to_owned(),
            times => format!("it was called {times} times"),
        },
        cause,
        hint,
    ))
}
