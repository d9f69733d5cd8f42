//! Nothing is computed for those who have gone.

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words::tick;

use super::seen::{Seen, requests};

/// No prediction starts at a later tick than that at which its client left. (In that tick either is right.)
pub(super) struct ForgetsTheGone;

impl Policy for ForgetsTheGone {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let seen = Seen::of(scenario, run);
        let times = |id: u64| Some((id, seen.left(id)?, seen.prediction(id)?.start));
        let in_vain: Vec<_> =
            seen.requests().filter_map(times).filter(|(_, left, start)| start > left).collect();
        let Some(&(id, left, start)) = in_vain.first() else { return Ok(()) };
        let ids: Vec<u64> = in_vain.iter().map(|(id, ..)| *id).collect();
        let in_the_line = |(id, left, _): &(u64, u64, u64)| seen.loaded(*id).is_some_and(|at| at <= *left);
        let others = if ids.len() > 1 { format!("; so did {}", requests(&ids[1..])) } else { String::new() };
        let (cause, hint) = if in_vain.iter().all(in_the_line) {
            (
                "whoever leaves while it waits for a worker is computed all the same: nobody looks, or looks before the wait",
                "look at `reply.is_closed()` when its turn has come, right before `predict`, where the worker is",
            )
        } else {
            (
                "nobody looks whether the client is still there, or only when the request comes",
                "look at `reply.is_closed()` when its turn has come, right before `predict`, where the worker is",
            )
        };
        let (cause, hint) = seen.because(cause, hint);
        Err(Finding::fail(
            format!("request {id}, whose client left at {}, is not computed later", tick(left)),
            format!("its prediction started at {}{others}", tick(start)),
            cause,
            hint,
        ))
    }
}
