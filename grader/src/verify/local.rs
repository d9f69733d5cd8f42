//! Whether a student's `cargo test` says what the grader says.
//!
//! Each check of a hidden suite begins with the cases of the visible one, and the first case that is not satisfied decides. So
//! where that is a case that students have, both say the same, with the same finding; where it is another, `cargo test` lets
//! pass what the grader does not. One judging tells both.

use std::collections::BTreeSet;

use judge::suite::CheckResult;

use crate::kit::Exercise;

/// The checks that did not pass for a case that students don't have, with that case.
pub(super) fn beyond(exercise: &Exercise, results: &[CheckResult]) -> Vec<(&'static str, String)> {
    let visible = hidden::visible_suites().into_iter().find(|suite| suite.id == exercise.suite.id);
    let checks = visible.iter().flat_map(|suite| &suite.checks);
    let given: BTreeSet<&str> =
        checks.flat_map(|check| &check.cases).map(|case| case.scenario.label.as_str()).collect();
    // One that is skipped names the case of its gate.
    let decided = results.iter().filter_map(|result| Some((result.id, result.finding.as_ref()?.0.clone())));
    decided.filter(|(_, case)| !given.contains(case.as_str())).collect()
}
