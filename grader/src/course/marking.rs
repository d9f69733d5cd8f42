//! Applies the rules and the marks to what was judged, in this order: weights, effort, lateness, marks by hand. So whoever gives points by
//! hand has the last word.

use super::file::Rules;
use super::late::{self, HandedIn};
use super::marks::{self, Line, Marks};
use super::points::weigh;
use super::seen::{Digests, Seen};
use crate::intake::Roster;
use crate::record::{Change, Graded, Grading, Kind, Submission, sum};

/// All that is given beside the judgements.
pub(crate) struct Given<'a> {
    pub(crate) rules: Option<&'a Rules>,
    pub(crate) marks: &'a Marks,
    pub(crate) seen: &'a Seen,
    /// The sources as they are graded now.
    pub(crate) digests: &'a Digests,
    /// What is known of when people handed in.
    pub(crate) people: &'a Roster,
}

/// Marks hand-ins; returns what the teacher should look into.
pub(crate) fn mark(submissions: &mut [Submission], given: &Given<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut used = vec![false; given.marks.0.len()];
    for submission in &mut *submissions {
        if let Some(rules) = given.rules {
            apply(rules, submission, given.people);
        }
        for (line, used) in given.marks.0.iter().zip(&mut used) {
            let graded = submission.exercises.iter_mut().find(|graded| graded.id == line.mark.exercise);
            if let Some(graded) = graded.filter(|_| line.mark.id == submission.id) {
                *used = true;
                by_hand(graded, line, given, &mut warnings);
            }
        }
        let scores = submission.exercises.iter().map(|graded| graded.score);
        submission.score = scores.collect::<Option<Vec<_>>>().map(sum);
        submission.max_score = sum(submission.exercises.iter().map(|graded| graded.max_score));
    }
    for (line, _) in given.marks.0.iter().zip(used).filter(|(_, used)| !used) {
        let (id, exercise) = (&line.mark.id, &line.mark.exercise);
        warnings.push(format!(
            "{}:{}: nobody called `{id}` is graded for exercise {exercise}, so that the mark counts for nothing; correct it, or remove the line",
            super::MARKS,
            line.line
        ));
    }
    warnings
}

fn apply(rules: &Rules, submission: &mut Submission, people: &Roster) {
    submission.exercises.retain(|graded| rules.exercises.contains_key(&graded.id));
    for graded in &mut submission.exercises {
        let of_exercise = &rules.exercises[&graded.id];
        weigh(graded, of_exercise);
        if let Some(change) = of_exercise.effort.change(graded) {
            graded.change(change);
        }
    }
    let person = people.0.get(&submission.id);
    let handed_in = HandedIn { id: &submission.id, is_late: submission.late, person };
    late::apply(rules, handed_in, &mut submission.exercises);
}

fn by_hand(graded: &mut Graded, Line { line, mark }: &Line, given: &Given<'_>, warnings: &mut Vec<String>) {
    let place = format!("{}:{line}: exercise {} of `{}`", super::MARKS, mark.exercise, mark.id);
    let stale = given.seen.is_stale(mark, given.digests);
    if stale {
        warnings.push(format!(
            "{place} has changed since this mark was given; look at it again, then write the line again (another comment is enough) or remove it"
        ));
    }
    let before = match (mark.given, graded.score) {
        (_, Some(score)) => score,
        (marks::Given::Points(_), None) => sum(graded.checks.iter().map(|check| check.score)),
        (marks::Given::Change(_), None) => {
            warnings.push(format!(
                "{place} has no score that could change: the grader failed; grade it again, or give it points"
            ));
            return;
        }
    };
    let wanted = match mark.given {
        marks::Given::Points(tenths) => f64::from(tenths) / 10.0,
        marks::Given::Change(tenths) => sum([before, f64::from(tenths) / 10.0]),
    };
    let to = wanted.clamp(0.0, graded.max_score);
    if sum([to, -wanted]) != 0.0 {
        warnings.push(format!("{place} would have {wanted} of {} points; it has {to}", graded.max_score));
    }
    let why = if mark.comment.is_empty() { "a mark by hand".to_owned() } else { mark.comment.clone() };
    let by = Some(mark.by.clone()).filter(|by| !by.is_empty());
    graded.score = Some(before);
    graded.change(Change { kind: Kind::ByHand, points: sum([to, -before]), why, by, stale });
}

/// How often what changed points after they were judged, in a line; nothing where nothing did.
pub(crate) fn in_words(grading: &Grading) -> Option<String> {
    let exercises = grading.submissions.iter().flat_map(|submission| &submission.exercises);
    let changes: Vec<&Change> = exercises.flat_map(|graded| &graded.changes).collect();
    let stale = changes.iter().filter(|change| change.stale).count();
    let kinds = [Kind::Effort, Kind::Late, Kind::ByHand].into_iter().filter_map(|kind| {
        let of_kind = changes.iter().filter(|change| change.kind == kind).count();
        (of_kind > 0).then(|| format!("{} {of_kind}", kind.as_str()))
    });
    let stale = (stale > 0).then(|| format!("{stale} of them for a hand-in that has changed since"));
    let parts: Vec<String> = kinds.chain(stale).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use judge::suite::{Category, Status, Visibility};

    use super::super::file::tests::rules;
    use super::*;
    use crate::record::{Checked, Verdict};
    use crate::report::example::{check, class, judged, not_judged};

    /// As the suite of 03 in the tests of the file: 2, 5 and 3 points.
    fn answer(passed: [bool; 3]) -> Graded {
        let of = [
            ("maps", Category::Correctness, 2.0),
            ("even", Category::Speedup, 5.0),
            ("uneven", Category::Speedup, 3.0),
        ];
        let checks = of.iter().zip(passed).map(|(&(id, category, max_score), passed)| {
            let status = if passed { Status::Pass } else { Status::Fail };
            let score = if passed { max_score } else { 0.0 };
            Checked { category, score, max_score, ..check(id, Visibility::Visible, status) }
        });
        judged(checks.collect())
    }

    fn marked(rules: Option<&Rules>, marks: &str, mut grading: Grading) -> (Grading, Vec<String>) {
        let marks =
            Marks::parse(format!("id,exercise,points,change,comment,by\n{marks}").as_bytes()).expect("marks");
        let (seen, digests, people) = (Seen::default(), Digests::new(), Roster::default());
        let given = Given { rules, marks: &marks, seen: &seen, digests: &digests, people: &people };
        let warnings = mark(&mut grading.submissions, &given);
        for submission in &grading.submissions {
            for graded in &submission.exercises {
                let parts = graded.checks.iter().map(|check| check.score);
                let parts = parts.chain(graded.changes.iter().map(|change| change.points));
                assert_eq!(graded.score, graded.score.map(|_| sum(parts)), "{}: {graded:?}", submission.id);
            }
        }
        (grading, warnings)
    }

    #[test]
    fn checks_have_the_points_of_the_course_and_hands_the_last_word() {
        let rules = rules(
            "[exercises.03]\npoints = 30\ncategories = { speedup = 6 }\nshow = { uneven = \"hidden\" }\n",
        );
        let class = class([
            ("alice", answer([true, true, false])),
            ("bob", answer([true, false, false])),
            ("carol", not_judged(Verdict::Missing, "none")),
        ]);
        let marks = "alice,03,,+1.5,explained,ann\nbob,03,12,,oral exam,\nbob,03,,-2,,\ncarol,3,40,,,\n";
        let (grading, warnings) = marked(Some(&rules), marks, class);
        let [alice, bob, carol] = &grading.submissions[..] else { panic!("three of them") };
        let points: Vec<f64> = alice.exercises[0].checks.iter().map(|check| check.max_score).collect();
        assert_eq!(points, [7.5, 14.1, 8.4], "2 : 3.75 : 2.25 of 30");
        assert_eq!(alice.exercises[0].checks[2].visibility, Visibility::Hidden);
        assert_eq!((alice.score, bob.score, carol.score), (Some(23.1), Some(10.0), Some(30.0)));
        assert_eq!(Some(alice.max_score), carol.score);
        assert_eq!(warnings, ["marks.csv:5: exercise 03 of `carol` would have 40 of 30 points; it has 30"]);
        assert_eq!(in_words(&grading).as_deref(), Some("by hand 4"));
    }

    #[test]
    fn what_does_not_count_is_not_there_and_a_mark_for_nobody_is_told() {
        let rules = rules("[exercises.04]\n");
        let (grading, warnings) =
            marked(Some(&rules), "alice,03,5,,,\n", class([("alice", answer([true; 3]))]));
        assert!(grading.submissions[0].exercises.is_empty());
        assert!(
            warnings[0].starts_with("marks.csv:2: nobody called `alice` is graded for exercise 03"),
            "{warnings:?}"
        );
        let (grading, warnings) = marked(None, "alicia,03,5,,,\n", class([("alice", answer([true; 3]))]));
        assert_eq!(grading.submissions[0].score, Some(10.0));
        assert_eq!(warnings.len(), 1);
    }

    #[test]
    fn a_hand_may_give_points_where_the_grader_failed_and_change_none_that_are_not_there() {
        let failed = || Graded { score: None, ..not_judged(Verdict::Error, "no memory") };
        let both = class([("alice", failed()), ("bob", failed())]);
        let (grading, warnings) = marked(None, "alice,03,6,,,\nbob,03,,1,,\n", both);
        assert_eq!((grading.submissions[0].score, grading.submissions[1].score), (Some(6.0), None));
        assert!(warnings[0].starts_with("marks.csv:3: exercise 03 of `bob` has no score"), "{warnings:?}");
    }

    #[test]
    fn a_mark_for_other_sources_counts_and_is_told() {
        let marks = Marks::parse(b"id,exercise,points\nalice,03,5\n").expect("a mark");
        let digests = |of: &str| [("alice".to_owned(), [("03".to_owned(), of.to_owned())].into())].into();
        let (mut seen, people) = (Seen::default(), Roster::default());
        seen.note(&marks, &digests("then"));
        let now = digests("now");
        let given = Given { rules: None, marks: &marks, seen: &seen, digests: &now, people: &people };
        let mut grading = class([("alice", answer([true; 3]))]);
        let warnings = mark(&mut grading.submissions, &given);
        assert_eq!(grading.submissions[0].score, Some(5.0));
        assert!(warnings[0].contains("has changed since this mark was given"), "{warnings:?}");
        let words = in_words(&grading);
        assert_eq!(words.as_deref(), Some("by hand 1, 1 of them for a hand-in that has changed since"));
    }
}
