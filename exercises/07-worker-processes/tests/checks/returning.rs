//! How `worker` ends where there are no more jobs.

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words;

use super::super::shared::{BACK, START};

/// No worker ends by a panic of its own. A pass says nothing of those that the pool ends itself, which it may do once no job is left, nor
/// of `process::exit`: the two look alike from here.
pub(super) struct WorkersReturn;

impl Policy for WorkersReturn {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let of_kind = |kind| run.works.iter().filter(move |work| work.work.kind == kind).count();
        // A panic on another thread may be one that nobody minds, and so is one of the calling process that is caught there.
        let ends_a_process = |thread: Option<&str>| thread == Some("main") && of_kind(BACK) < of_kind(START);
        let Some(panic) = run.panics.iter().find(|panic| ends_a_process(panic.thread.as_deref())) else {
            return Ok(());
        };
        let place =
            panic.place.as_ref().map_or_else(String::new, |place| format!(" at {}", words::place(place)));
        let message = words::printable(panic.message.lines().next().unwrap_or_default());
        Err(Finding::fail(
            "`worker` returns when there are no more jobs",
            format!("its process ended by a panic: `{message}`{place}"),
            "the end of the input is taken for a job, or for an error: `unwrap` or `parse` of what a read gives there",
            "return where the input ends: `read_line` gives `Ok(0)` there, `lines` gives `None`, and `read_exact` an `Err`",
        ))
    }
}
