//! Replies are sent as predictions end, and predictions start as loads end.

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::{Scenario, Ticks};
use judge::suite::Finding;
use judge::words::tick;

use super::seen::{Seen, requests};

/// Each reply is there at the tick at which its prediction ends.
pub(super) struct RepliesAtOnce;

impl Policy for RepliesAtOnce {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let seen = Seen::of(scenario, run);
        let times = |id: u64| {
            let (at, number) = seen.reply(id)?;
            number?;
            Some((seen.prediction(id)?.end?, at))
        };
        let late: Vec<(u64, (Ticks, Ticks))> = seen
            .requests()
            .filter_map(|id| Some((id, times(id)?)))
            .filter(|(_, (due, at))| at != due)
            .collect();
        let Some(&(first, (due, at))) = late.first() else { return Ok(()) };
        let ids: Vec<u64> = late.iter().map(|(id, _)| *id).collect();
        let last = seen.requests().filter_map(|id| seen.prediction(id)?.end).max();
        // Whose prediction, or whose reply, was there when it came.
        let with = |id: u64| seen.prediction(id).is_some_and(|work| work.end == Some(at));
        let (cause, hint) = if late.iter().all(|(_, (_, at))| Some(*at) >= last) {
            (
                "all predictions are collected, and replied to at the end",
                "send each reply where its prediction ends, and keep nothing back",
            )
        } else if seen.requests().filter(|id| *id != first).any(with) {
            (
                "replies wait for one another: they are sent in the order in which the requests came, or batch by batch",
                "send each reply where its prediction ends: let the task that waits for it, or the worker itself, do so",
            )
        } else {
            (
                "it is looked at on a timer whether a prediction is done, or something is slept for before the reply",
                "await what the worker sends (a `oneshot`, the handle of `spawn_blocking`): it wakes whoever waits, and no `sleep` is needed",
            )
        };
        let (cause, hint) = seen.because(cause, hint);
        let others = if ids.len() > 1 { format!("; late were {}", requests(&ids)) } else { String::new() };
        Err(Finding::fail(
            format!("the client of request {first} has its reply when its prediction ends, at {}", tick(due)),
            format!("it had it at {}{others}", tick(at)),
            cause,
            hint,
        ))
    }
}

/// No prediction starts while a request that was loaded before it still waits. Those that are loaded at one tick may start in either
/// order.
pub(super) struct StartsAsLoaded;

impl Policy for StartsAsLoaded {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let seen = Seen::of(scenario, run);
        let times = |id: u64| Some((seen.loaded(id)?, seen.prediction(id)?.start, id));
        let mut all: Vec<(Ticks, Ticks, u64)> = seen.requests().filter_map(times).collect();
        all.sort_unstable();
        let overtakes = |(place, later): (usize, &(Ticks, Ticks, u64))| {
            let earlier = all[..place].iter().find(|earlier| earlier.0 < later.0 && earlier.1 > later.1)?;
            Some((*earlier, *later))
        };
        let Some((earlier, later)) = all.iter().enumerate().find_map(overtakes) else { return Ok(()) };
        let starts: Vec<u64> = {
            let mut by_start: Vec<(Ticks, u64)> = all.iter().map(|(_, start, id)| (*start, *id)).collect();
            by_start.sort_unstable();
            by_start.into_iter().map(|(_, id)| id).collect()
        };
        let (cause, hint) = if starts.is_sorted() {
            (
                "they start in the order of the requests: what is loaded quickly waits for what came before it (`FuturesOrdered`, `buffered`, \
                 a line that is joined before the load, a queue that is ordered by the id)",
                "let a request get in line when its load has ended: a `Semaphore` whose `acquire` comes after the load, or a queue that it is \
                 put into then",
            )
        } else {
            (
                "what was loaded last is taken first, or anyhow: a stack (`Vec::pop`; `rayon`'s `spawn` from within the pool), several \
                 queues, or a line that is joined before the load",
                "one queue, first in, first out, that a request is put into when its load has ended: a channel, a `VecDeque`, a `Semaphore`, \
                 `rayon`'s `spawn_fifo`",
            )
        };
        let (cause, hint) = seen.because(cause, hint);
        Err(Finding::fail(
            format!(
                "request {}, loaded at {}, starts before request {}, loaded at {}",
                earlier.2,
                tick(earlier.0),
                later.2,
                tick(later.0)
            ),
            format!(
                "request {} started at {}, and request {} at {}",
                later.2,
                tick(later.1),
                earlier.2,
                tick(earlier.1)
            ),
            cause,
            hint,
        ))
    }
}
