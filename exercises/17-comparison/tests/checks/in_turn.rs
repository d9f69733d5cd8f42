//! One job after another.

use std::sync::Arc;

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words::{count, tick};

use super::jobs::{Jobs, Way};
use super::seen::Seen;

/// No two calls of the supplied work are in flight together, none is made on another thread than the caller's, and the whole takes as
/// long as all of them. A pass says nothing of the order of the jobs.
pub(super) struct OneAfterAnother(pub(super) Arc<(Way, Jobs)>);

impl Policy for OneAfterAnother {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let seen = Seen::of(run, &self.0);
        let works = || run.works.iter();
        let together = |(from, to)| {
            works().filter(|work| work.start <= from && work.end.is_none_or(|end| end >= to)).count()
        };
        if let Some((at, many)) =
            seen.spans().into_iter().map(|span| (span.0, together(span))).find(|(_, many)| *many > 1)
        {
            return Err(seen.finding(
                "never more than one thing is done at a time",
                format!("at {} {} of `fetch` or `compute` were in progress", tick(at), count(many, "call")),
                (
                    "`sequential` is parallel: threads, `rayon`, or futures that are awaited together",
                    "a plain loop: fetch a job, compute it, then the next",
                ),
            ));
        }
        let astray = works().filter(|work| !work.on_caller && !work.awaited).count();
        if astray > 0 {
            return Err(seen.finding(
                "all jobs are worked on the calling thread",
                format!("{} of `fetch` or `compute` ran on another one", count(astray, "call")),
                (
                    "`sequential` hands the work to other threads (one that is joined, or `rayon`): that is another approach",
                    "call `fetch` and `compute` right here, in a plain loop",
                ),
            ));
        }
        seen.ends_in_time()
    }
}
