//! A service that is dropped stops.

use judge::checks::{EventLoopFree, Policy};
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::{Finding, Status};
use judge::words::{count, tick};

use super::super::shared::{DROP, PREDICT};
use super::seen::Seen;

/// Once the service is dropped no prediction starts at a later tick, and the drop itself waits for nothing. A service that is
/// over before does not pass. A pass proves it for the moment at which it was dropped.
pub(super) struct StopsThere;

impl Policy for StopsThere {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let seen = Seen::of(scenario, run);
        let Some(dropped) = seen.dropped() else {
            return Err(Finding::fail(
                "the service is at work when it is dropped",
                format!("it ended at {}", tick(seen.served().unwrap_or_default())),
                "it does not wait for its requests: it returned before they could be answered",
                "see the checks on replies first",
            ));
        };
        let later = seen.of_kind(PREDICT).filter(|work| work.start > dropped).count();
        if later > 0 {
            let (cause, hint) = seen.because(
                "what was handed on goes on by itself: tasks that were spawned and belong to nobody, or what waits in the queue of a pool or \
                 of threads",
                "keep tasks in something that aborts them when it is dropped (a `JoinSet`), or poll in place; and let a worker look whether \
                 anybody still waits before it begins",
            );
            return Err(Finding::fail(
                format!("dropped at {}: no `predict` starts later", tick(dropped)),
                format!("{} of `predict` started later", count(later, "call")),
                cause,
                hint,
            ));
        }
        EventLoopFree.judge(scenario, run)?;
        match seen.served() {
            Some(over) if over > dropped => Err(Finding::fail(
                format!("dropped at {}, it is gone at once", tick(dropped)),
                format!("its drop took until {}", tick(over)),
                "the drop waits for what computes: a join in a `Drop`, or a pool that is waited for",
                "let threads end by themselves when nobody sends them anything any more; a `Drop` must not wait on the event loop",
            )),
            _ => Ok(()),
        }
    }

    /// Where the event loop waits for nothing but the clients.
    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        let mut drops = run.works.iter().filter(|work| work.work.kind == DROP && !work.dropped);
        let dropped = drops.find_map(|work| work.end);
        let Some(at) = dropped.filter(|_| finding.status == Status::Deadlock) else { return finding };
        if !run.waiting.blocking.is_empty() {
            return finding;
        }
        Finding {
            expected: "once the service is dropped, and what was in flight has ended, nobody waits for it any more".to_owned(),
            observed: format!("dropped at {}, and a client waits on; {}", tick(at), finding.observed),
            cause: "a `reply` outlives the service, unanswered: it is kept in a `static`, by a thread that never ends, or in a circle of `Arc`s"
                .to_owned(),
            hint: "let the future of `serve` own each request, or hand it to a thread that ends when nobody can send it anything any more: \
                   a `reply` that is dropped tells its client"
                .to_owned(),
            ..finding
        }
    }
}
