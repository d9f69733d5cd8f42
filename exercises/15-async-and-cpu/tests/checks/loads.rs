//! Requests are taken and loaded as they come.

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words::tick;

use super::super::shared::LOAD;
use super::seen::{Seen, requests};

/// Each load starts at the tick at which its request comes. A pass says nothing of requests that come when the service has ended.
pub(super) struct LoadsAtOnce;

impl Policy for LoadsAtOnce {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let seen = Seen::of(scenario, run);
        let late = |&id: &u64| match (seen.arrived(id), seen.load(id)) {
            (Some(came), Some(load)) => load.start != came,
            (Some(_), None) => seen.left(id).is_none(),
            _ => false,
        };
        let late: Vec<u64> = seen.requests().filter(late).collect();
        let Some(&first) = late.first() else { return Ok(()) };
        let (came, load) = (seen.arrived(first).unwrap_or_default(), seen.load(first));
        let seen_of_it = load.map_or_else(
            || "it was never loaded".to_owned(),
            |load| format!("its load started at {}", tick(load.start)),
        );
        let others = if late.len() > 1 { format!("; late were {}", requests(&late)) } else { String::new() };
        let (cause, hint) = why(&seen, first);
        let (cause, hint) =
            if load.is_none() { seen.because_of_a_panic_or(cause, hint) } else { seen.because(cause, hint) };
        Err(Finding::fail(
            format!("request {first} is taken and loaded when it comes, at {}", tick(came)),
            format!("{seen_of_it}{others}"),
            cause,
            hint,
        ))
    }
}

/// Why a load came late, by what ended when it started.
fn why(seen: &Seen, id: u64) -> (&'static str, &'static str) {
    let start = seen.load(id).map(|load| load.start);
    let before = |kind: u16| {
        seen.of_kind(kind).any(|work| work.work.key != id && work.end.is_some() && work.end == start)
    };
    let came: Vec<_> = seen.requests().filter_map(|other| seen.arrived(other)).collect();
    let closed = came.iter().max().filter(|last| came.iter().min() < Some(last));
    if closed.is_some_and(|&closed| seen.of_kind(LOAD).all(|load| load.start >= closed)) {
        (
            "all requests are received before the first one is begun",
            "begin with each request as soon as `recv` gives it, in a task or a future of its own",
        )
    } else if before(super::super::shared::PREDICT) {
        (
            "a request is taken, or loaded, only when a worker is free: the place is waited for before the load, or nothing is received while \
             all workers compute",
            "load first, and wait for a worker after it; whoever waits for one must keep nobody else from being received",
        )
    } else if before(LOAD) {
        (
            "the next request is taken only when the load of another one has ended: an `.await` of the load in the loop that receives, or a \
             limit on loads",
            "let each load be a task or a future of its own (`JoinSet`, `FuturesUnordered`), without a limit",
        )
    } else {
        (
            "something else is waited for before the request is taken",
            "do nothing in the loop that receives but to receive, and hand each request on",
        )
    }
}
