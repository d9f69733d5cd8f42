//! Every call of the function returns.

use super::{Policy, ending};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::suite::Finding;

/// No call of the student's function panics. A pass says nothing of what it returned.
pub struct Returns;

impl Policy for Returns {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        (0..run.calls.len()).try_for_each(|call| ending::unexpected_panic(run, call).map_or(Ok(()), Err))
    }
}
