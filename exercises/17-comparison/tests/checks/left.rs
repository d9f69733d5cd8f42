//! Nothing goes on beyond the end of a call.

use judge::checks::Policy;
use judge::run::{Run, WorkRecord};
use judge::scenario::{Scenario, Timers};
use judge::suite::Finding;
use judge::words::count;

/// When a call ends, returned or panicked, nothing of a job is in progress, and nothing starts later. On an event loop what is dropped is so in
/// a later turn: there it counts by ticks. A pass does not prove that all threads and tasks have ended: only that they do nothing.
pub(super) struct LeavesNothing;

impl Policy for LeavesNothing {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Some((end, _)) = run.calls[0].ended else { return Ok(()) };
        let on_a_loop = run.one_clock == Some(Timers::Held);
        let goes_on = |work: &&WorkRecord| !work.after_end && work.end.is_none_or(|ended| ended > end);
        let by_ticks = run.works.iter().filter(goes_on).count();
        let left = if on_a_loop { by_ticks } else { run.calls[0].in_progress_at_end };
        let later = run.works.iter().filter(|work| work.after_end).count();
        if left == 0 && later == 0 {
            return Ok(());
        }
        let panicked = run.works.iter().any(|work| work.panicked);
        let mut observed = Vec::new();
        if left > 0 {
            observed.push(format!(
                "{} of `fetch` or `compute` still in progress when it ended",
                count(left, "call")
            ));
        }
        if later > 0 {
            observed.push(format!("{} started after it had ended", count(later, "call")));
        }
        let (cause, hint) = match (on_a_loop, panicked) {
            (true, true) => (
                "the first panic ends the call while other jobs are under way: spawned tasks run on by themselves, and a computation on a thread \
                 can't be stopped",
                "wait for every job, take the `Err` of one that panicked for what it is, and pass the panic on (`resume_unwind`) when the last one \
                 has ended",
            ),
            (true, false) => (
                "tasks or threads are started and not waited for: a handle that is dropped lets its task run on",
                "keep every handle (a `JoinSet`), and await all of them before you return",
            ),
            (false, _) => (
                "it does not wait for all of its threads before it ends",
                "join every thread, also when one of them panics; `std::thread::scope` does so by itself",
            ),
        };
        Err(Finding::fail(
            "when the call ends, nothing of a job is in progress, and nothing starts later",
            observed.join("; "),
            cause,
            hint,
        ))
    }
}
