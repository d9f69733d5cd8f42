//! A class for the tests of reports: every status, every visibility, and markup wherever a hand-in has a say.

use judge::engine::launch::Sight;
use judge::suite::{Category, Status, Visibility};
use judge::timeline::{Bar, Ending, How, Lane, LeftOut, Span, Step, Timeline};

use crate::record::{Checked, Evidence, Graded, Grading, Scaling, ScalingStep, Submission, Verdict, sum};

/// Does harm where it is not escaped.
pub(crate) const HOSTILE: &str =
    "</pre></script><script>alert(1)</script>\"><img src=x onerror=alert(1)>`|\u{202e}\u{1b}[31m";

/// A check; one that did not pass says its name in each of its texts.
pub(crate) fn check(id: &str, visibility: Visibility, status: Status) -> Checked {
    let passed = status == Status::Pass;
    let said = |what: &str| (!passed).then(|| format!("{what} of {id}"));
    Checked {
        id: id.to_owned(),
        category: Category::Speedup,
        visibility,
        status,
        score: if passed { 2.5 } else { 0.0 },
        max_score: 2.5,
        expected: said("expected"),
        observed: said("observed"),
        cause: said("cause"),
        hint: said("hint"),
        evidence: Evidence { promise: format!("promise of {id}"), ..Evidence::default() },
    }
}

/// An exercise that was judged.
pub(crate) fn judged(checks: Vec<Checked>) -> Graded {
    let passed = checks.iter().all(|check| check.status == Status::Pass);
    Graded {
        id: "03".to_owned(),
        name: "ordered-map".to_owned(),
        verdict: if passed { Verdict::Pass } else { Verdict::Fail },
        score: Some(sum(checks.iter().map(|check| check.score))),
        max_score: 10.0,
        message: None,
        checks,
        changes: Vec::new(),
    }
}

/// An exercise that was not.
pub(crate) fn not_judged(verdict: Verdict, message: &str) -> Graded {
    Graded { verdict, message: Some(message.to_owned()), ..judged(Vec::new()) }
}

/// A class of hand-ins that have one exercise each.
pub(crate) fn class(hand_ins: impl IntoIterator<Item = (&'static str, Graded)>) -> Grading {
    let submission = |(id, graded): (&str, Graded)| Submission {
        id: id.to_owned(),
        late: false,
        score: graded.score,
        max_score: graded.max_score,
        exercises: vec![graded],
    };
    Grading {
        schema: crate::record::SCHEMA.to_owned(),
        grader: "0.1.0".to_owned(),
        seed: 0,
        sandbox: "namespaces".to_owned(),
        sight: Sight::Threads,
        sight_reason: None,
        submissions: hand_ins.into_iter().map(submission).collect(),
    }
}

/// One of each visibility, none of which passed.
pub(crate) fn of_each_visibility() -> Graded {
    judged(vec![
        check("seen", Visibility::Visible, Status::Fail),
        check("due", Visibility::AfterDueDate, Status::Fail),
        check("published", Visibility::AfterPublished, Status::Crash),
        check("hidden", Visibility::Hidden, Status::Deadlock),
    ])
}

/// A check that says [`HOSTILE`] wherever it can.
pub(crate) fn hostile() -> Graded {
    let mut check = check("seen", Visibility::Visible, Status::Crash);
    let said = Some(HOSTILE.to_owned());
    (check.observed, check.cause) = (said.clone(), said.clone());
    check.evidence.output.clone_from(&said);
    check.evidence.case = said;
    check.evidence.timeline = Some(timeline(HOSTILE));
    let step = |at_most| ScalingStep { at_most, work: 640, makespan: 640 };
    check.evidence.scaling = Some(Scaling { of: "workers".to_owned(), steps: vec![step(1), step(2)] });
    judged(vec![check])
}

/// One call of the work, on a thread of this name.
pub(crate) fn timeline(thread: &str) -> Timeline {
    Timeline {
        event_loop: false,
        supplied: Vec::new(),
        lanes: vec![Lane { name: thread.to_owned() }],
        bars: vec![Bar {
            lane: 0,
            call: 0,
            kind: 0,
            input: 0,
            start: 0,
            end: Some(10),
            how: How::Returned,
            after_end: false,
            operation: false,
        }],
        calls: vec![Span { start: 0, end: Some(10), panicked: false, dropped: false }],
        until: 10,
        makespan: Some(10),
        work: 10,
        most_in_flight: 1,
        in_flight: vec![Step { at: 0, count: 1 }, Step { at: 10, count: 0 }],
        ending: Ending::Finished,
        marks: Vec::new(),
        left_out: LeftOut::default(),
    }
}
