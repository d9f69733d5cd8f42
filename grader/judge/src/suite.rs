//! What an exercise is checked for: suites, checks and cases as data, and the statuses that a check can get.
//!
//! A check is one promise of the contract with the cases that put it to the proof. A case is a scenario and the policies
//! that its run must satisfy. Checks share runs: the same scenario is played once for all checks that hold it.

mod judging;
mod verdict;

use std::sync::Arc;

use crate::checks::Policy;
use crate::scenario::Scenario;
pub use judging::Judging;
pub use verdict::{CheckResult, Finding, Status};

/// All checks of an exercise, in the order of a report.
pub struct Suite {
    /// `03`.
    pub id: &'static str,
    /// `ordered-map`.
    pub name: &'static str,
    /// The checks.
    pub checks: Vec<Check>,
}

impl Suite {
    /// The check with this id.
    #[must_use]
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == id)
    }

    /// Adds cases to a check.
    ///
    /// # Panics
    /// Where the suite has no such check: a mistake of whoever wrote the suite.
    pub fn extend(&mut self, id: &str, cases: impl IntoIterator<Item = Case>) {
        let check = self.checks.iter_mut().find(|check| check.id == id);
        check.unwrap_or_else(|| panic!("the suite has no check `{id}`")).cases.extend(cases);
    }

    /// The points of all checks, in tenths.
    #[must_use]
    pub fn tenths(&self) -> u32 {
        self.checks.iter().map(|check| check.tenths).sum()
    }
}

/// One promise of the contract.
pub struct Check {
    /// Its name in reports and in `cargo test`.
    pub id: &'static str,
    /// A simpler check of the same function. Where that one finds that the function can't be judged at all (it is not
    /// written yet, it ends the process, it never comes to rest), this one is skipped.
    pub after: Option<&'static str>,
    /// What kind of promise it is.
    pub category: Category,
    /// Who may see it.
    pub visibility: Visibility,
    /// What it is worth, in tenths of a point.
    pub tenths: u32,
    /// The promise, in the words of the contract.
    pub promise: &'static str,
    /// What puts it to the proof.
    pub cases: Vec<Case>,
}

/// One scenario and what its run must satisfy.
pub struct Case {
    /// What is played.
    pub scenario: Arc<Scenario>,
    /// Judged in this order; the first that is not satisfied decides.
    pub policies: Vec<Arc<dyn Policy>>,
}

impl Case {
    /// A case with these policies.
    #[must_use]
    pub fn new(scenario: Scenario, policies: Vec<Arc<dyn Policy>>) -> Self {
        Self { scenario: Arc::new(scenario), policies }
    }
}

/// What kind of promise a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// The right results, each input worked once.
    Correctness,
    /// As fast as the workers allow.
    Speedup,
    /// The right order.
    Ordering,
    /// Limits, panics, waiting, coming to an end.
    Robustness,
}

impl Category {
    /// Its name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Correctness => "correctness",
            Self::Speedup => "speedup",
            Self::Ordering => "ordering",
            Self::Robustness => "robustness",
        }
    }
}

/// Who may see a check's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// The student, at once.
    Visible,
    /// The instructor alone.
    Hidden,
}

impl Visibility {
    /// Its name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Visible => "visible",
            Self::Hidden => "hidden",
        }
    }
}
