//! The event loop stays free.

use super::{Policy, ending};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::suite::Finding;

/// The runtime's thread was never seen to sleep anywhere but in its event loop. A pass does not prove that it never blocks for
/// a moment too short to be seen.
pub struct EventLoopFree;

impl Policy for EventLoopFree {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Some(blocked) = run.waiting.blocking.first() else { return Ok(()) };
        Err(Finding::fail(
            "the runtime's thread waits in its event loop alone, by `.await`",
            format!("it was blocked: {}", ending::describe(blocked)),
            "`std::thread::sleep`, or another blocking call, in async code: no other task can run meanwhile",
            "use what can be awaited: `tokio::time::sleep(..).await`, tokio's channels and locks",
        ))
    }
}

/// Why futures do not all run together, where at most `most` of `all` did, and what to try.
pub(super) fn not_together(most: usize, all: usize) -> (String, String) {
    let (cause, hint) = if most < all && most <= 1 {
        (
            "each future is awaited to its end before the next one starts: an `.await` in the loop (of a spawned task too), or \
             a lock held across an `.await`",
            "make all futures first, then await them together (`join_all`, or spawn all and then await the handles)",
        )
    } else if most < all {
        (
            "only some of them run together: a fixed number of lanes, batches, or a limit that nobody asked for",
            "start all of them before you wait for any",
        )
    } else {
        (
            "the call goes on waiting after the last one has ended, or one of them starts late: a timer stands in for the event",
            "await the futures themselves; no `sleep` is needed",
        )
    };
    (cause.to_owned(), hint.to_owned())
}

/// Why places stay free, where at most `most` of `limit` were used, and what to try.
pub(super) fn not_busy(most: usize, limit: usize) -> (String, String) {
    let hint = "start the next one as soon as any one ends (a semaphore, or a stream that is `buffered`)";
    let cause = if most <= 1 && limit > 1 {
        "they run one after the other: each is awaited before the next starts, or a lock is held meanwhile"
    } else if most < limit {
        "fewer run together than the limit allows"
    } else {
        "a place that becomes free stays empty: work goes in batches, in fixed lanes, or waits for the oldest to end"
    };
    (cause.to_owned(), hint.to_owned())
}
