//! There are no more predictions at a time than workers.

use judge::checks::{MostInFlight, Policy};
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;

use super::super::shared::PREDICT;
use super::seen::Seen;

/// At most so many calls of `predict` are in flight, those of clients that have gone and those that panic included. A pass proves it for
/// the schedules that were played.
pub(super) struct AtMostWorkers(pub(super) usize);

impl Policy for AtMostWorkers {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let limit = MostInFlight { kind: PREDICT, at_most: vec![self.0], argument: "workers" };
        limit.judge(scenario, run).map_err(|finding| {
            let (cause, hint) = why(&Seen::of(scenario, run), self.0);
            Finding { cause: cause.to_owned(), hint: hint.to_owned(), ..finding }
        })
    }
}

/// Where one service computes with the number of workers of another one.
pub(super) const SHARED: (&str, &str) = (
    "it computes with the number of workers of the service before it: a semaphore or a pool in a `static` is made for the first service, and \
     is there for all",
    "make the semaphore or the pool in `serve`: each service has workers of its own",
);

fn why(seen: &Seen, workers: usize) -> (&'static str, &'static str) {
    // Whose predictions were in flight when there was one too many, for the first time.
    let together = |at: u64| {
        let in_flight = seen.of_kind(PREDICT).filter(move |work| work.start <= at);
        in_flight.filter(move |work| work.end.is_none_or(|end| end > at)).map(|work| work.work.key)
    };
    let starts = || seen.of_kind(PREDICT).map(|work| work.start);
    let too_many = starts().find(|&at| together(at).count() > workers);
    let freed = |at| together(at).any(|id| seen.left(id).is_some_and(|left| left <= at));
    if too_many.is_some_and(freed) {
        (
            "a client that leaves frees a worker that still computes for it: the place belongs to what waits for the prediction (a task, a \
             branch of `select!`), which ends, and not to the thread",
            "move the permit into the closure that computes: so it is given back when that has ended, and not before",
        )
    } else if too_many
        .is_some_and(|at| seen.requests().any(|id| seen.left(id).is_some_and(|left| left <= at)))
    {
        (
            "places are counted wrongly for clients that leave: whoever has gone gives back a place that it never had (a number that is \
             changed on every way out, a guard that is made too early: `then_some` makes it in any case)",
            "let a place be given back by exactly who took it: a permit, or a guard that is made when the place is taken and not before",
        )
    } else if seen.workers_before() == Some(seen.most()) {
        SHARED
    } else if seen.most() == workers + 1 {
        (
            "one more than `workers`: a range that includes its end, or a thread computes that was to feed the others (as the one that opens a \
             `rayon` scope does while it waits for its end)",
            "count everybody who calls `predict`, and let no more than `workers` do so",
        )
    } else {
        (
            "nothing keeps predictions to `workers`: `spawn_blocking` by itself goes on to 512 threads, a pool is made for each request, or \
             it has a size of its own (as `rayon`'s global one)",
            "take one of `workers` permits of one semaphore before each prediction, or give all of them to one pool with `workers` threads",
        )
    }
}
