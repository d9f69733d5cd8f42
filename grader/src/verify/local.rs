//! Whether a student's `cargo test` says what the grader says.
//!
//! Each check of a hidden suite begins with the cases of the visible one, and the first case that is not satisfied decides. So
//! where that is a case that students have, both say the same, with the same finding; where it is another, `cargo test` lets
//! pass what the grader does not. One judging tells both. A check that students don't have promises them nothing of `cargo test`.

use judge::suite::{Check, CheckResult, Status, Suite};

use super::Remark;
use crate::kit::Exercise;

/// The suites that students have.
pub(super) struct Local(Vec<Suite>);

impl Local {
    pub(super) fn new() -> Self {
        Self(hidden::visible_suites())
    }

    /// The checks that did not pass for a case that students don't have there.
    pub(super) fn beyond(&self, exercise: &Exercise, results: &[CheckResult]) -> Vec<Remark> {
        let visible = self.0.iter().find(|suite| suite.id == exercise.suite.id);
        let checks = visible.map(|suite| &suite.checks[..]).unwrap_or_default();
        let holds = |check: &Check, label: &str| check.cases.iter().any(|case| case.scenario.label == label);
        let is_beyond = |result: &CheckResult, label: &str| {
            // One that is skipped names the case of its gate.
            !checks.iter().any(|check| {
                (check.id == result.id || result.status == Status::Skipped) && holds(check, label)
            })
        };
        let is_theirs = |result: &&CheckResult| checks.iter().any(|check| check.id == result.id);
        let decided = results.iter().filter(is_theirs);
        let decided = decided.filter_map(|result| Some((result, &result.finding.as_ref()?.0)));
        let beyond = decided.filter(|(result, case)| is_beyond(result, case));
        let remark = |(result, case): (&CheckResult, &String)| {
            let text = format!("`cargo test` passes {}, the grader does not ({case})", result.id);
            Remark { text, recurs: true }
        };
        beyond.map(remark).collect()
    }
}
