//! A step of the way into the sandbox that failed: which one, why, and where there is one, the next thing to do.

use std::fmt::Display;

/// A step that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) step: String,
    pub(super) reason: String,
}

impl Failure {
    pub(super) fn new(step: &str, reason: impl Display) -> Self {
        Self { step: step.to_owned(), reason: reason.to_string() }
    }
}

/// Names the step that a result belongs to.
pub(super) trait Step<T> {
    fn step(self, name: &str) -> Result<T, Failure>;
}

impl<T, E: Display> Step<T> for Result<T, E> {
    fn step(self, name: &str) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(name, error))
    }
}
