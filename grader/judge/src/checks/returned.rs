//! Calls that must return one certain value.

use super::Policy;
use crate::run::Run;
use crate::scenario::Scenario;
use crate::suite::Finding;
use crate::wire::Payload;

/// What a call must return.
pub struct Expected {
    /// The call, as a reader would write it: `factorial(20)`.
    pub call: String,
    /// What it returns.
    pub value: Payload,
}

/// Each call returns exactly the value that is expected of it. A pass proves it for these arguments alone, and says nothing of
/// how the value came about.
pub struct ReturnsExactly {
    /// For each call, in the order of the scenario.
    pub expected: Vec<Expected>,
    /// Writes a value for a report.
    pub show: fn(&Payload) -> String,
    /// The likely cause, and what to try: from the call's number, the expected value and the one that came.
    pub why: fn(usize, &Payload, &Payload) -> (String, String),
}

impl Policy for ReturnsExactly {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        for (index, (call, expected)) in run.calls.iter().zip(&self.expected).enumerate() {
            let Some(got) = call.returned().filter(|got| **got != expected.value) else { continue };
            let (cause, hint) = (self.why)(index, &expected.value, got);
            return Err(Finding::fail(
                format!("`{}` is {}", expected.call, (self.show)(&expected.value)),
                format!("it returned {}", (self.show)(got)),
                cause,
                hint,
            ));
        }
        Ok(())
    }
}
