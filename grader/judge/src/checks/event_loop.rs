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
