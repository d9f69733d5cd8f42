//! All on one event loop.

use std::sync::Arc;

use judge::checks::{EventLoopFree, Policy};
use judge::run::Run;
use judge::scenario::{Scenario, Ticks};
use judge::suite::Finding;
use judge::words::{count, tick};

use super::super::shared::{COMPUTE, FETCH};
use super::jobs::{Jobs, Way};
use super::seen::{Seen, jobs};

/// All jobs are fetched by `fetch_async`, at the same time, from the beginning; each is computed on the caller's thread, as its data arrives or
/// as soon as that thread is free then; and the call ends with the last. So equal jobs take exactly the ticks that are predicted. A pass does
/// not prove that there is no other thread: only that none computes.
pub(super) struct OnTheLoop(pub(super) Arc<(Way, Jobs)>);

impl Policy for OnTheLoop {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let seen = Seen::of(run, &self.0);
        fetches_by_await(&seen)?;
        let all = count(seen.of_kind(COMPUTE).count(), "call");
        let astray = seen.of_kind(COMPUTE).filter(|work| !work.on_caller).count();
        if astray > 0 {
            return Err(seen.finding(
                "every `compute` runs on the event loop's own thread",
                format!("{astray} of {all} of `compute` ran on another one"),
                (
                    "work was handed to a thread: `spawn_blocking`, `thread::spawn`, a pool, or a runtime in a thread. That is another approach, \
                     `mixed`",
                    "call `compute` where the data has been awaited, in the same `async` block",
                ),
            ));
        }
        never_blocked(&seen, scenario)?;
        seen.fetches_at_once()?;
        for (from, to) in seen.spans() {
            let busy = seen.of_kind(COMPUTE).any(|work| covers(work.start, work.end, (from, to)));
            let waits: Vec<u64> = seen.jobs().filter(|&job| waits(&seen, job, (from, to))).collect();
            if !busy && !waits.is_empty() {
                return Err(seen.finding(
                    "a job is computed as its data arrives, or as soon as the loop is free then",
                    format!(
                        "from {} to {} nothing was computed, and the data of {} was there",
                        tick(from),
                        tick(to),
                        jobs(&waits)
                    ),
                    why_idle(&seen, from),
                ));
            }
        }
        seen.ends_in_time()
    }
}

fn why_idle(seen: &Seen, from: Ticks) -> (&'static str, &'static str) {
    if seen.jobs().all(|job| seen.fetched(job).is_some_and(|at| at <= from)) {
        (
            "all data is there, and something else is waited for: a `sleep`, or a look on a timer",
            "compute where the data has been awaited, with nothing in between",
        )
    } else {
        (
            "the data of all jobs, or of earlier ones, is waited for before any is computed: `join_all` over `fetch_async` alone, `buffered`, or \
             handles that are awaited in order",
            "let one future do both: `async { job.compute(job.fetch_async().await) }`, and await all of these together",
        )
    }
}

/// The thread of the event loop is not blocked but by `compute`.
pub(super) fn never_blocked(seen: &Seen, scenario: &Scenario) -> Result<(), Finding> {
    EventLoopFree.judge(scenario, seen.run).map_err(|blocked| {
        let observed = format!("{}{}", blocked.observed, seen.figures());
        Finding { observed, ..blocked }
    })
}

/// No job is fetched by the `fetch` that blocks.
pub(super) fn fetches_by_await(seen: &Seen) -> Result<(), Finding> {
    let blocking: Vec<_> = seen.of_kind(FETCH).filter(|work| !work.awaited).collect();
    if blocking.is_empty() {
        return Ok(());
    }
    let here = blocking.iter().filter(|work| work.on_caller).count();
    let (where_it_ran, why) = if here > 0 {
        (
            " on the event loop's own thread",
            (
                "`fetch` blocks the thread that calls it, and on an event loop that is the only one: no other job is fetched meanwhile",
                "`job.fetch_async().await`",
            ),
        )
    } else {
        (
            " on other threads",
            (
                "a thread waits for each job, where one event loop can wait for all of them",
                "`job.fetch_async().await`, all at the same time",
            ),
        )
    };
    Err(seen.finding(
        "jobs are fetched by `fetch_async`",
        format!("{} of `fetch` ran{where_it_ran}", count(blocking.len(), "call")),
        why,
    ))
}

pub(super) fn covers(start: Ticks, end: Option<Ticks>, (from, to): (Ticks, Ticks)) -> bool {
    start <= from && end.is_none_or(|end| end >= to)
}

/// Whether a job is fetched, and not begun to be computed, all the time between two moments.
pub(super) fn waits(seen: &Seen, job: u64, (from, to): (Ticks, Ticks)) -> bool {
    seen.fetched(job).is_some_and(|at| at <= from) && seen.computing(job).is_none_or(|at| at >= to)
}
