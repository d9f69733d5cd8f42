//! Panics: one in the work reaches the caller, and wrong arguments panic with the argument's name.

use super::{Policy, ending, work};
use crate::run::{CallRecord, Run};
use crate::scenario::Scenario;
use crate::suite::{Finding, Status};
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
            let (cause, hint) = if run.works.is_empty() {
                (work::NEVER_CALLED, "call the function that you are given, once for each input")
            } else {
                (
                    "a part of the input is left out, or something else goes wrong before it",
                    "see the checks of what is called, and what comes of it: the same shows there",
                )
            };
            let observed = format!("`{f}` was never called with the input that panics");
            return Err(Finding::fail(expected, observed, cause, hint));
        }
        let swallows =
            |(number, call): (usize, &CallRecord)| run.work_panicked(number) && call.returned().is_some();
        if run.calls.iter().enumerate().any(swallows) {
            return Err(Finding::fail(
                expected,
                format!("`{f}` panicked, and the call returned as if nothing had happened"),
                "the panic is swallowed: a join's `Err` is dropped (`let _ = handle.join()`), caught and replaced, or passed on only where \
                 its payload is of one type (a `String`)",
                "pass it on: `handle.join().unwrap()`, or `std::panic::resume_unwind` with the payload",
            ));
        }
        // That one did not end is said by how the run ended.
        Ok(())
    }

    fn word_end(&self, mut finding: Finding, run: &Run) -> Finding {
        if run.works.iter().any(|work| work.panicked) {
            finding.expected = format!("a panic in `{}` makes the call panic", self.function);
        }
        finding
    }
}

/// A call that is made after or beside one in which the supplied work panics returns. A pass says nothing of that one, nor of
/// what the others return.
pub struct PanicStaysInItsCall {
    /// What the supplied function is called.
    pub function: &'static str,
}

impl Policy for PanicStaysInItsCall {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let mut others = (0..run.calls.len()).filter(|&call| !run.work_panicked(call));
        let hit = others.find_map(|call| ending::unexpected_panic(run, call));
        hit.map_or(Ok(()), |finding| {
            Err(Finding {
                expected: format!("a panic in `{}` is felt by its own call, and by no other", self.function),
                cause: "something that the calls share remembers the panic: a flag, a lock that is poisoned, a pool that is \
                        broken"
                    .to_owned(),
                hint: "keep nothing that two calls share: no `static`".to_owned(),
                ..finding
            })
        })
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
        let (expected, hint) = (self.expected(), self.hint());
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

    fn word_end(&self, finding: Finding, _run: &Run) -> Finding {
        let cause = format!(
            "`{}` of 0 is let through: what waits then waits for somebody who was never started",
            self.argument
        );
        let cause = if finding.status == Status::Deadlock { cause } else { finding.cause };
        Finding { expected: self.expected(), cause, hint: self.hint(), ..finding }
    }
}

impl PanicsNaming {
    fn expected(&self) -> String {
        format!("called with `{0}` = 0 it panics, with `{0}` in the message", self.argument)
    }

    fn hint(&self) -> String {
        format!(
            "begin with `assert!({0} > 0, \"{0} must be at least 1\")`, before anything else",
            self.argument
        )
    }
}
