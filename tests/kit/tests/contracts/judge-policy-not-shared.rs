//! Checks are judged from several threads, and by one policy for many hand-ins: it may remember nothing of a run.

use std::cell::Cell;

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;

struct Counting(Cell<usize>);

impl Policy for Counting {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        self.0.set(self.0.get() + run.works.len());
        Ok(())
    }
}

fn main() {}
