//! Panics: of predictions, and of a service without workers.

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::{Finding, Status};
use judge::wire::Outcome;
use judge::words::tick;

use super::answered::{AnswersEach, EndsInTime};
use super::seen::{Seen, requests};

/// A client whose prediction panics has its reply dropped, and every other one has its own. The service may end by a panic once all of
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
            return Err(Finding::fail(
                "a `predict` that panics costs nobody else the reply",
                format!(
                    "the service ended by a panic at {}, and no reply had {}",
                    tick(seen.served().unwrap_or_default()),
                    requests(&without)
                ),
                "the panic of a prediction reaches the service: `unwrap` on the `JoinError` of `spawn_blocking`, on the `Err` of a channel \
                 that the worker has dropped, or on a lock that is poisoned",
                "take the `Err` for what it is: this client's prediction is lost; drop its reply and go on",
            ));
        }
        AnswersEach.judge(scenario, run)?;
        EndsInTime.judge(scenario, run)
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        let injected = run.works.iter().any(|work| work.panicked);
        let cause = match finding.status {
            Status::Crash if injected => {
                "a panic in `predict` ends the process: `rayon`'s `spawn` without a panic handler aborts"
            }
            Status::Deadlock if injected => {
                "what a prediction that panics should have sent, given back or counted is still waited for: its thread is gone, or its place"
            }
            _ => return finding,
        };
        Finding {
            expected: "a `predict` that panics costs its own client the reply, and nobody else anything".to_owned(),
            cause: cause.to_owned(),
            hint: "let a guard's `Drop` give back and count, which runs in a panic, too; or catch the panic right around `predict` \
                   (`catch_unwind`, the handle of `spawn_blocking`)"
                .to_owned(),
            ..finding
        }
    }
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
