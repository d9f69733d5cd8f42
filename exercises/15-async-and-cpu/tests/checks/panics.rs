//! Panics: of predictions, and of a service without workers.

use judge::checks::Policy;
use judge::checks::ending::own_panic;
use judge::run::{Run, WorkRecord};
use judge::scenario::{Scenario, Ticks};
use judge::suite::{Finding, Status};
use judge::wire::Outcome;
use judge::words::tick;

use super::super::shared::PATIENCE;
use super::answered::{AnswersEach, EndsInTime};
use super::seen::{Seen, requests};

/// A client whose prediction panics has its reply dropped as that ends, and every other one has its own. The service may end by a panic once all of
/// them have.
pub(super) struct CostsNobodyElse;

impl Policy for CostsNobodyElse {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let seen = Seen::of(scenario, run);
        let ended = run.calls[0].ended.as_ref().map(|(_, outcome)| outcome);
        let panicked = matches!(ended, Some(Outcome::Panicked(_)));
        let has_its_own = |id: &u64| {
            seen.panics(*id)
                || seen.left(*id).is_some()
                || seen.reply(*id).is_some_and(|(_, got)| got.is_some())
        };
        let without: Vec<u64> = seen.requests().filter(|id| !has_its_own(id)).collect();
        if panicked && !without.is_empty() {
            return Err(ended_by_a_panic(&seen, run, &without));
        }
        AnswersEach.judge(scenario, run)?;
        drops_the_sender(&seen)?;
        EndsInTime.judge(scenario, run)
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

fn ended_by_a_panic(seen: &Seen, run: &Run, without: &[u64]) -> Finding {
    let own = own_panic(run);
    let said = own.as_ref().map_or_else(String::new, |(said, ..)| format!(", {said}"));
    let says = |text: &str| said.contains(text);
    let (cause, hint) = if says("all branches are disabled") {
        (
            "`select!` has no branch left: each is switched off, by its `if` or as its pattern does not match (`Some(…)`, `Ok(…)`), and there \
             is no `else`",
            "give it an `else`, or make sure before it that something is under way: what ends without a match needs a look as well",
        )
    } else if own.is_none() || ["called `Result::", "Error", "Panic("].into_iter().any(says) {
        (
            "the panic of a prediction reaches the service: `unwrap` on the `JoinError` of `spawn_blocking`, on the `Err` of a channel \
             that the worker has dropped, or on a lock that is poisoned",
            "take the `Err` for what it is: this client's prediction is lost; drop its reply and go on",
        )
    } else {
        (
            "a panic of its own, in what it does when a prediction has panicked",
            "look at the line that the message names: what is missing there, or counted wrongly, after the panic of a `predict`?",
        )
    };
    let at = tick(seen.served().unwrap_or_default());
    Finding::fail(
        "a `predict` that panics costs nobody else the reply",
        format!("the service ended by a panic at {at}{said}, and no reply had {}", requests(without)),
        cause,
        hint,
    )
}

/// A client whose prediction panics waits no longer than until that has ended.
fn drops_the_sender(seen: &Seen) -> Result<(), Finding> {
    let times = |id: u64| Some((id, seen.prediction(id)?.end?, seen.reply(id)?.0));
    let waits = |&(id, due, at): &(u64, Ticks, Ticks)| seen.panics(id) && at > due;
    let Some((id, due, at)) = seen.requests().filter_map(times).find(waits) else { return Ok(()) };
    let (cause, hint) = seen.because(
        "the sender of a prediction that panicked is kept: in what its task returns, in a list or a map, until something else happens",
        "let the closure that computes own the sender, so that the panic drops it, or drop it where you learn of the panic",
    );
    Err(Finding::fail(
        format!(
            "the client of request {id} learns that there is no reply when its `predict` panics, at {}",
            tick(due)
        ),
        format!("its sender was dropped at {}", tick(at)),
        cause,
        hint,
    ))
}

/// Words for a run which did not come to its end, and in which predictions panicked or clients left. (What blocks the event loop has
/// words of its own.)
pub(super) fn word_end(finding: Finding, run: &Run) -> Finding {
    let panicked = run.works.iter().any(|work| work.panicked);
    let left = |work: &WorkRecord| work.work.kind == PATIENCE && !work.dropped && work.end.is_some();
    let gone = run.works.iter().any(left);
    let (cause, hint) = match finding.status {
        _ if !run.waiting.blocking.is_empty() => return finding,
        // What the student's own code said as it ended tells more.
        Status::Crash if panicked && run.panics.is_empty() => (
            "a panic in `predict` ends the process: `rayon`'s `spawn` without a panic handler aborts",
            "catch the panic right around `predict` (`catch_unwind`), or give the pool a `panic_handler`",
        ),
        Status::Deadlock if panicked && gone => (
            "a worker is lost, or something is waited for that never comes: of a prediction that panicked, or of a client that has gone",
            "let a guard's `Drop` give back and count, on every way out; the checks on panics and on who has gone tell which it is",
        ),
        Status::Deadlock if panicked => (
            "what a prediction that panics should have sent, given back or counted is still waited for: its thread is gone, or its place",
            "let a guard's `Drop` give back and count, which runs in a panic, too; or catch the panic right around `predict` \
             (`catch_unwind`, the handle of `spawn_blocking`)",
        ),
        Status::Deadlock if gone => (
            "whoever has gone took a worker along, and nobody is left for those who wait: a permit that is forgotten, or a worker that leaves \
             its loop when nobody wants its result",
            "go on with the next request where one has no client, and give its place back (by a permit that is dropped)",
        ),
        _ => return finding,
    };
    Finding { cause: cause.to_owned(), hint: hint.to_owned(), ..finding }
}

/// The service ends at the tick at which it begins.
pub(super) struct AtOnce;

impl Policy for AtOnce {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        match Seen::of(scenario, run).served() {
            Some(0) | None => Ok(()),
            Some(late) => Err(Finding::fail(
                "it panics when it is first polled, at the latest",
                format!("it panicked at {}", tick(late)),
                "the argument is looked at only when there is something to do",
                "begin with `assert!(workers > 0, \"workers must be at least 1\")`, before anything else",
            )),
        }
    }
}
