//! What reports show of a check beyond its verdict: the run that decided it, as a picture can show it, and how fast the
//! answer gets. Nothing of it decides anything.

use std::fmt::Write;

use hidden::Scaling;
use judge::engine::Error;
use judge::run::{End, Run};
use judge::suite::{Category, Check, CheckResult, Judging, Status, Suite};
use judge::timeline::Timeline;

use crate::record::{self, Checked, Evidence, Graded, ScalingStep};

/// The most letters that are kept of what a program printed in a run.
const OUTPUT_AT_MOST: usize = 4_000;

/// What is known without looking at other checks.
pub(super) fn of_check(check: &Check, result: &CheckResult) -> Evidence {
    let deciding = result.finding.as_ref().map(|(case, _)| case);
    let first = check.cases.first().map(|case| &case.scenario.label);
    Evidence { promise: check.promise.to_owned(), case: deciding.or(first).cloned(), ..Evidence::default() }
}

/// Adds the run, where it says something that no check before has said.
pub(super) fn of_run(suite: &Suite, checked: &mut Checked, result: &CheckResult) {
    let Some(run) = &result.run else { return };
    let passed = checked.status == Status::Pass;
    let not_done = result.finding.as_ref().is_some_and(|(_, finding)| finding.not_done);
    if not_done || checked.evidence.same_as.is_some() || (passed && checked.category != Category::Speedup) {
        return;
    }
    let timeline = Timeline::of(run).named(suite.supplied);
    checked.evidence.timeline = (!timeline.is_empty()).then_some(timeline);
    checked.evidence.output = (!passed && !run.output.is_empty()).then(|| shortened(&run.output));
}

fn shortened(output: &str) -> String {
    let mut text: String = output.chars().take(OUTPUT_AT_MOST).collect();
    let more = output.chars().count().saturating_sub(OUTPUT_AT_MOST);
    if more > 0 {
        let _ = write!(text, "\n[{more} more characters]");
    }
    text
}

/// Plays the runs of a scaling, unless its check shows that they would not come to an end.
pub(super) fn scale<'a>(
    graded: &mut Graded,
    scaling: &'a Scaling,
    judging: &Judging<'a>,
) -> Result<(), Error> {
    let Some(check) = graded.checks.iter_mut().find(|check| check.id == scaling.check) else { return Ok(()) };
    if !matches!(check.status, Status::Pass | Status::Fail) {
        return Ok(());
    }
    let mut steps = Vec::new();
    for step in &scaling.steps {
        let run = judging.run(&step.scenario)?;
        let Some(makespan) = makespan(&run) else { break };
        let ended = run.works.iter().filter(|work| work.answer.is_some());
        steps.push(ScalingStep { at_most: step.at_most, work: ended.map(|work| work.ticks).sum(), makespan });
    }
    if steps.len() > 1 {
        check.evidence.scaling = Some(record::Scaling { of: scaling.of.to_owned(), steps });
    }
    Ok(())
}

/// From the first start to the last end; `None` where the run did not end as it should, or took no time.
fn makespan(run: &Run) -> Option<u64> {
    let ended = run.end == End::Finished && run.waiting.spinning.is_empty();
    let ends = run.calls.iter().map(judge::run::CallRecord::makespan).collect::<Option<Vec<_>>>()?;
    ended.then(|| ends.into_iter().max()).flatten().filter(|&ticks| ticks > 0)
}
