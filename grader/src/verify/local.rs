//! Whether a student's `cargo test` says what the grader says.
//!
//! Each check of a hidden suite begins with the cases of the visible one, and the first case that is not satisfied decides. So
//! where that is a case that students have, both say the same, with the same finding; where it is another, `cargo test` lets
//! pass what the grader does not. One judging tells both.

use judge::suite::{Check, CheckResult, Status};

use crate::kit::Exercise;

/// The checks that did not pass for a case that students don't have there, with that case.
pub(super) fn beyond(exercise: &Exercise, results: &[CheckResult]) -> Vec<(&'static str, String)> {
    let visible = hidden::visible_suites().into_iter().find(|suite| suite.id == exercise.suite.id);
    let checks = visible.map(|suite| suite.checks).unwrap_or_default();
    let holds = |check: &Check, label: &str| check.cases.iter().any(|case| case.scenario.label == label);
    let is_beyond = |result: &CheckResult, label: &str| {
        // One that is skipped names the case of its gate.
        !checks
            .iter()
            .any(|check| (check.id == result.id || result.status == Status::Skipped) && holds(check, label))
    };
    let decided = results.iter().filter_map(|result| Some((result, result.finding.as_ref()?.0.clone())));
    decided.filter(|(result, case)| is_beyond(result, case)).map(|(result, case)| (result.id, case)).collect()
}
