//! Panics: one in the work reaches the caller, and wrong arguments panic with the argument's name.

use super::{Policy, ending};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::suite::Finding;
use crate::wire::Outcome;

/// A panic in the supplied work makes the call panic, with any payload. A pass does not prove that the payload is kept.
pub struct PanicReachesCaller {
    /// What the supplied function is called.
    pub function: &'static str,
}

impl Policy for PanicReachesCaller {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let f = self.function;
        let expected = format!("a panic in `{f}` makes the call panic");
        if !run.works.iter().any(|work| work.panicked) {
            return Err(Finding::fail(
                expected,
                format!("`{f}` was never called with the input that panics"),
                "a part of the input is left out",
                "see the check that each input is worked once",
            ));
        }
        match &run.calls[0].ended {
            Some((_, Outcome::Returned(_))) => Err(Finding::fail(
                expected,
                format!("`{f}` panicked, and the call returned as if nothing had happened"),
                "the panic is swallowed: a join's `Err` is dropped (`let _ = handle.join()`), or caught and replaced",
                "pass it on: `handle.join().unwrap()`, or `std::panic::resume_unwind` with the payload",
            )),
            // That it did not end is said by how the run ended.
            _ => Ok(()),
        }
    }
}

/// The call panics, and its payload is a text that contains the argument's name. A pass does not prove that the rest of the
/// text helps.
pub struct PanicsNaming {
    /// The argument.
    pub argument: &'static str,
}

impl Policy for PanicsNaming {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let argument = self.argument;
        let expected = format!("`{argument}` of 0 panics, with `{argument}` in the message");
        let hint = format!(
            "begin with `assert!({argument} > 0, \"{argument} must be at least 1\")`, before anything else"
        );
        (0..run.calls.len()).try_for_each(|call| match &run.calls[call].ended {
            Some((_, Outcome::Returned(_))) => Err(Finding::fail(
                &*expected,
                "the call returned",
                "the argument is not checked, or not before an early return",
                &*hint,
            )),
            Some((_, Outcome::Panicked(message))) if !message.contains(argument) => {
                let place = run.panics.iter().find(|panic| panic.message == *message).and_then(|panic| panic.place.as_ref());
                Err(Finding::fail(
                    &*expected,
                    format!("it panicked with `{message}`{}", ending::at(place)),
                    "it panics by accident (a division, an empty pool, a failed lookup), or the message does not say why",
                    &*hint,
                ))
            }
            _ => Ok(()),
        })
    }
}
