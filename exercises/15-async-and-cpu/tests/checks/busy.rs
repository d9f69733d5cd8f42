//! Workers are busy while there is something to compute.

use std::collections::BTreeSet;

use judge::checks::Policy;
use judge::run::{Run, WorkRecord};
use judge::scenario::{Scenario, Ticks};
use judge::suite::Finding;
use judge::words::{count, tick};

use super::super::shared::PREDICT;
use super::limit::SHARED;
use super::seen::{Seen, requests};

/// As many calls of `predict` are in flight as there are workers, or as there are loaded requests if these are fewer, in every span of
/// time until the service ends or is dropped. Requests of clients that have gone don't count. (That there are never more is another
/// policy.)
pub(super) struct WorkersBusy;

impl Policy for WorkersBusy {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let workers = usize::try_from(scenario.calls[0].request.input.numbers[0]).unwrap_or(usize::MAX);
        let seen = Seen::of(scenario, run);
        let until = seen.dropped().or(seen.served()).unwrap_or(Ticks::MAX);
        let moments: BTreeSet<Ticks> = moments(&seen).filter(|&at| at <= until).collect();
        let spans = moments.iter().copied().zip(moments.iter().copied().skip(1));
        for (from, to) in spans {
            let in_flight = |work: &&WorkRecord| work.start <= from && work.end.is_none_or(|end| end >= to);
            let busy = seen.of_kind(PREDICT).filter(in_flight).count();
            let waits: Vec<u64> = seen.requests().filter(|&id| waits(&seen, id, from, to)).collect();
            if busy < workers && !waits.is_empty() {
                return Err(idle(&seen, workers, busy, &waits, (from, to)));
            }
        }
        Ok(())
    }
}

/// Ticks at which something changes.
fn moments(seen: &Seen) -> impl Iterator<Item = Ticks> {
    let predictions = seen.of_kind(PREDICT).flat_map(|work| [Some(work.start), work.end]).flatten();
    let others = seen.requests().flat_map(|id| [seen.loaded(id), seen.left(id)]).flatten();
    predictions.chain(others).chain(seen.served()).chain(seen.dropped()).collect::<Vec<_>>().into_iter()
}

/// Whether a request is loaded, its client there, and its prediction not begun, all the time between two moments.
fn waits(seen: &Seen, id: u64, from: Ticks, to: Ticks) -> bool {
    seen.loaded(id).is_some_and(|at| at <= from)
        && seen.prediction(id).is_none_or(|work| work.start >= to)
        && seen.left(id).is_none_or(|at| at >= to)
        && seen.reply(id).is_none_or(|(at, _)| at >= to)
}

fn idle(seen: &Seen, workers: usize, busy: usize, waits: &[u64], (from, to): (Ticks, Ticks)) -> Finding {
    let panicked = seen.of_kind(PREDICT).any(|work| work.panicked && work.end.is_some_and(|end| end <= from));
    let gone = seen.requests().any(|id| seen.left(id).is_some_and(|at| at <= from));
    let was_full = seen.most() >= workers.min(seen.requests().count());
    let (cause, hint) = if panicked && was_full {
        (
            "a panic in `predict` costs a worker: the thread ends, its permit is lost, or a lock is poisoned",
            "give the place back by a guard's `Drop`, which runs in a panic, too; catch the panic where a thread of your own must live on",
        )
    } else if gone && was_full {
        (
            "whoever has gone takes a worker along: a permit that is forgotten, or a worker that leaves its loop when nobody wants its result",
            "go on with the next request where one has no client, and give its place back (by a permit that is dropped)",
        )
    } else if seen.workers_before() == Some(seen.most()) {
        SHARED
    } else if seen.loads_end_together() && seen.most() < workers.min(seen.requests().count()) {
        (
            "fewer run together than there are workers: a limit or a pool of another size; or of requests that are loaded at the same moment \
             some wait unseen: a `Notify` that rings twice before anybody hears it rings once, and a queue that tells somebody only when it was \
             empty tells one",
            "make it exactly `workers`; let each ring start all that may start, or tell somebody of each request",
        )
    } else if seen.most() <= 1 && workers > 1 {
        (
            "predictions run one after the other: one thread, a lock that is held through `predict` (the guard of a receiver lives as long as \
             the expression it stands in), or an `.await` of each before the next",
            "let as many threads as there are workers take the next request, each as soon as it is free, and hold no lock meanwhile",
        )
    } else if seen.most() < workers.min(seen.requests().count()) {
        (
            "fewer run together than there are workers: a limit or a pool of another size",
            "make it exactly `workers`",
        )
    } else {
        (
            "a worker that becomes free is not used at once: batches are waited for, requests are dealt out beforehand, a place is held by a \
             request that does not compute yet, or somebody looks on a timer",
            "let whatever is loaded wait in one line, and take the next one as soon as any worker is free",
        )
    };
    let (cause, hint) = seen.because(cause, hint);
    let due = workers.min(busy + waits.len());
    Finding::fail(
        format!("{} of `predict` in flight while {} loaded", count(due, "call"), are(waits)),
        format!(
            "{} from {} to {}",
            if busy == 0 { "none".to_owned() } else { busy.to_string() },
            tick(from),
            tick(to)
        ),
        cause,
        hint,
    )
}

fn are(waits: &[u64]) -> String {
    format!("{} {}", requests(waits), if waits.len() == 1 { "is" } else { "are" })
}
