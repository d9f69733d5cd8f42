//! Exercise 10, manager: other calls by chance, other ends, and other moments.

use super::visible;

use crate::Exercise;
use judge::suite::Suite;

#[cfg(test)]
mod orders;

/// What the grader is told of this exercise. There is nothing to measure with real work: no client works.
pub(crate) const EXERCISE: Exercise =
    Exercise { suite, visible: visible::suite, scaling: None, workload: None };

fn suite(_seed: u64) -> Suite {
    visible::suite()
}
