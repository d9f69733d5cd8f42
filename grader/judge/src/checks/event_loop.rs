//! The event loop stays free.

use super::{Policy, ending};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::suite::Finding;
use crate::wire::Moved;

/// The runtime's thread was never seen to sleep anywhere but in its event loop, and the runtime of the call polls all work. A pass
/// does not prove that the thread never blocks for a moment too short to be seen, nor that it never computes for long.
///
/// It is seen from outside. A task that ticks beside the call would prove nothing: the paused clock stands still while the
/// thread is blocked, and moves to the next tick only when the loop is idle, so that no tick is ever late.
pub struct EventLoopFree;

impl Policy for EventLoopFree {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        if let Some(moved) = run.waiting.moved {
            let (cause, hint) = MOVED;
            return Err(Finding::fail("the call's own runtime polls all work", polled(moved), cause, hint));
        }
        let Some(blocked) = run.waiting.blocking.first() else { return Ok(()) };
        Err(Finding::fail(
            "the runtime's thread waits in its event loop alone, by `.await`",
            format!("it was blocked: {}", ending::describe(blocked)),
            "`std::thread::sleep`, or another blocking call, in async code: no other task can run meanwhile",
            "use what can be awaited: `tokio::time::sleep(..).await`, tokio's channels and locks",
        ))
    }
}

/// That work was polled elsewhere than where its call was made.
pub(super) fn polled(moved: Moved) -> &'static str {
    match moved {
        Moved::Thread => "work was polled on another thread than the call's",
        Moved::Runtime => "work was polled in another runtime than the call's, or in none",
    }
}

/// What that comes from, and what to try.
pub(super) const MOVED: (&str, &str) = (
    "work was moved to a thread or a runtime of your own (`thread::spawn`, `spawn_blocking`, `Runtime::new`): the caller's \
     event loop does not run it, and stands still if its thread waits for that one",
    "leave all of it to the caller's runtime: `tokio::spawn` or polling in place, and `.await` for every wait",
);

/// Why futures do not all run together, where at most `most` of `all` did and `late` started later than the call, and what to
/// try.
pub(super) fn not_together(most: usize, all: usize, late: usize) -> (String, String) {
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
    } else if late > 0 {
        (
            "something is awaited before they start, or between one start and the next: a `sleep`, or something else that takes time",
            "start all of them before you wait for anything",
        )
    } else {
        (
            "the call goes on waiting after the last one has ended: it looks on a timer whether all have ended",
            "await the futures or the handles themselves; no `sleep` is needed",
        )
    };
    (cause.to_owned(), hint.to_owned())
}

/// Why places stay free, where `busy` were in flight, at most `most` at any time, and `limit` could be, and what to try.
pub(super) fn not_busy(busy: usize, most: usize, limit: usize) -> (String, String) {
    let (cause, hint) = if most <= 1 && limit > 1 {
        (
            "they run one after the other: each is awaited before the next starts (an `.await` in the loop), or a lock is held \
             across an `.await`",
            "make a future for each input that waits for a place by itself, and await all of them together",
        )
    } else if most < limit {
        (
            "fewer run together than the limit allows: a place is kept free, or there is a second, smaller limit",
            "let exactly as many in as the limit says, and let nothing else hold them back",
        )
    } else if busy == 0 {
        (
            "nothing at all is in flight: what waits for a place looks on a timer whether there is one",
            "wait for the place itself: a `Semaphore` wakes whoever is next as soon as a permit is given back",
        )
    } else {
        (
            "a place that becomes free stays empty: work goes in batches, in fixed lanes, or the next start waits for the oldest \
             one to end (so does a stream that is `buffered`)",
            "start the next one as soon as any one ends: a semaphore whose permit each holds to its end, or `buffer_unordered` \
             with an index beside each result",
        )
    };
    (cause.to_owned(), hint.to_owned())
}
