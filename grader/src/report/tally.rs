//! What a class got wrong, and how often: the figures of a class report, without a word of how they are shown.
//!
//! Invariant: a hand-in counts once for a cause, however many checks fail for it.

use std::collections::{BTreeMap, BTreeSet};

use judge::suite::Status;

use crate::record::{Checked, Graded, Grading, Verdict};

/// An exercise over the whole class.
pub(crate) struct OfExercise<'a> {
    /// One of its records: number, name and points.
    pub(crate) graded: &'a Graded,
    /// How many hand-ins got which verdict.
    pub(crate) verdicts: BTreeMap<Verdict, usize>,
    /// The mean of the scores that there are.
    pub(crate) mean: Option<f64>,
    /// In the suite's order; none where nothing was judged.
    pub(crate) checks: Vec<OfCheck<'a>>,
    /// Why hand-ins lost points, the most frequent first.
    pub(crate) causes: Vec<Cause<'a>>,
}

/// A check over the whole class.
pub(crate) struct OfCheck<'a> {
    /// One of its records: name, category and points.
    pub(crate) check: &'a Checked,
    /// How often it ended how.
    pub(crate) statuses: BTreeMap<Status, usize>,
    /// Why it did not pass, the most frequent first.
    pub(crate) causes: Vec<Cause<'a>>,
}

impl OfCheck<'_> {
    /// How many hand-ins were judged by it; those that never came to it are not among them.
    pub(crate) fn judged(&self) -> usize {
        self.statuses.iter().filter(|(status, _)| **status != Status::Skipped).map(|(_, count)| count).sum()
    }

    /// How many of those did not pass.
    pub(crate) fn not_passed(&self) -> usize {
        self.judged() - self.statuses.get(&Status::Pass).copied().unwrap_or(0)
    }
}

/// Why points were lost.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cause<'a> {
    /// In words.
    pub(crate) text: String,
    /// What to try.
    pub(crate) hint: Option<&'a str>,
    /// The checks that do not pass for it; none where nothing was judged.
    pub(crate) checks: BTreeSet<&'a str>,
    /// The hand-ins, by their place in the grading.
    pub(crate) hand_ins: BTreeSet<usize>,
}

/// Counts, by exercise.
pub(crate) fn of(grading: &Grading) -> Vec<OfExercise<'_>> {
    let mut all: BTreeMap<&str, Vec<(usize, &Graded)>> = BTreeMap::new();
    for (index, submission) in grading.submissions.iter().enumerate() {
        for graded in &submission.exercises {
            all.entry(&graded.id).or_default().push((index, graded));
        }
    }
    all.into_values().filter_map(|all| of_exercise(&all)).collect()
}

fn of_exercise<'a>(all: &[(usize, &'a Graded)]) -> Option<OfExercise<'a>> {
    let (_, first) = all.first()?;
    let mut exercise = OfExercise {
        graded: first,
        verdicts: BTreeMap::new(),
        mean: None,
        checks: Vec::new(),
        causes: Vec::new(),
    };
    exercise.mean = mean_of(all.iter().filter_map(|(_, graded)| graded.score));
    for &(index, graded) in all {
        *exercise.verdicts.entry(graded.verdict).or_default() += 1;
        if let Some(text) = of_message(graded) {
            add(&mut exercise.causes, index, text, None, None);
        }
        for check in &graded.checks {
            let known = exercise.checks.iter().position(|known| known.check.id == check.id);
            let known = known.unwrap_or_else(|| {
                let (statuses, causes) = (BTreeMap::new(), Vec::new());
                exercise.checks.push(OfCheck { check, statuses, causes });
                exercise.checks.len() - 1
            });
            *exercise.checks[known].statuses.entry(check.status).or_default() += 1;
            if let Some((text, hint)) = explained(graded, check) {
                add(&mut exercise.checks[known].causes, index, text.to_owned(), hint, Some(&check.id));
                add(&mut exercise.causes, index, text.to_owned(), hint, Some(&check.id));
            }
        }
    }
    exercise.causes.sort_by_key(|cause| std::cmp::Reverse(cause.hand_ins.len()));
    for check in &mut exercise.checks {
        check.causes.sort_by_key(|cause| std::cmp::Reverse(cause.hand_ins.len()));
    }
    Some(exercise)
}

fn add<'a>(
    causes: &mut Vec<Cause<'a>>,
    hand_in: usize,
    text: String,
    hint: Option<&'a str>,
    check: Option<&'a str>,
) {
    let known = causes.iter().position(|cause| cause.text == text);
    let known = known.unwrap_or_else(|| {
        causes.push(Cause { text, hint, checks: BTreeSet::new(), hand_ins: BTreeSet::new() });
        causes.len() - 1
    });
    causes[known].hand_ins.insert(hand_in);
    causes[known].checks.extend(check);
}

/// Why a check did not pass, and what to try, also where the record only points to an earlier check. One that was skipped has
/// no cause of its own.
pub(crate) fn explained<'a>(graded: &'a Graded, check: &'a Checked) -> Option<(&'a str, Option<&'a str>)> {
    if matches!(check.status, Status::Pass | Status::Skipped) {
        return None;
    }
    let same = check.evidence.same_as.as_ref();
    let same = same.and_then(|same| graded.checks.iter().find(|earlier| earlier.id == *same));
    let said = same.unwrap_or(check);
    Some((said.cause.as_deref()?, said.hint.as_deref()))
}

/// Why an exercise was not judged, in the same words for all who made the same mistake.
fn of_message(graded: &Graded) -> Option<String> {
    let first = || graded.message.as_deref().and_then(|message| message.lines().next()).unwrap_or_default();
    match graded.verdict {
        Verdict::Pass | Verdict::Fail | Verdict::Missing => None,
        Verdict::BuildError => Some(format!("it does not compile: {}", without_names(first()))),
        Verdict::Rejected => Some(format!("refused: {}", without_place(first()))),
        Verdict::Error => Some(format!("not graded: {}", first())),
    }
}

/// `src/lib.rs:3: why` without where it is.
fn without_place(line: &str) -> &str {
    line.split_once(": ").filter(|(place, _)| place.contains(".rs")).map_or(line, |(_, why)| why)
}

/// Without what stands between backticks: names differ from one hand-in to the next.
fn without_names(line: &str) -> String {
    let parts = line.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { "`…`" } else { part }).collect()
}

/// How many scores lie in each tenth of the points; the last one holds those of full points too.
pub(crate) fn distribution(grading: &Grading) -> [usize; 10] {
    let mut tenths = [0; 10];
    for submission in &grading.submissions {
        let Some(score) = submission.score else { continue };
        let share = if submission.max_score > 0.0 { score / submission.max_score } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share is from 0 to 1")]
        let tenth = (share * 10.0 + 1e-9) as usize;
        tenths[tenth.min(9)] += 1;
    }
    tenths
}

/// The score that half of the class does not reach.
pub(crate) fn median(grading: &Grading) -> Option<f64> {
    let mut scores: Vec<f64> = grading.submissions.iter().filter_map(|submission| submission.score).collect();
    scores.sort_by(f64::total_cmp);
    let middle = scores.len() / 2;
    match scores.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(scores[middle]),
        _ => Some(f64::midpoint(scores[middle - 1], scores[middle])),
    }
}

/// The mean of the scores that there are.
pub(crate) fn mean(grading: &Grading) -> Option<f64> {
    mean_of(grading.submissions.iter().filter_map(|submission| submission.score))
}

fn mean_of(scores: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = scores.fold((0_u32, 0.0), |(count, sum), score| (count + 1, sum + score));
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use judge::suite::Visibility;

    use super::*;
    use crate::report::example::{check, class, judged, not_judged};

    fn failed(id: &str, cause: &str) -> Checked {
        Checked { cause: Some(cause.to_owned()), ..check(id, Visibility::Visible, Status::Fail) }
    }

    fn same_as(id: &str, earlier: &str) -> Checked {
        let mut check = failed(id, "the same as before");
        check.evidence.same_as = Some(earlier.to_owned());
        check
    }

    #[test]
    fn a_hand_in_counts_once_for_a_cause_and_a_check_by_what_it_points_to() {
        let grading = class([
            ("alice", judged(vec![failed("a", "a lock"), same_as("b", "a")])),
            ("bob", judged(vec![check("a", Visibility::Visible, Status::Pass), failed("b", "a lock")])),
            (
                "carol",
                judged(vec![failed("a", "no threads"), check("b", Visibility::Visible, Status::Skipped)]),
            ),
        ]);
        let exercises = of(&grading);
        let [exercise] = &exercises[..] else { panic!("one exercise") };
        let causes: Vec<_> = exercise
            .causes
            .iter()
            .map(|cause| (cause.text.as_str(), cause.hand_ins.len(), cause.checks.len()))
            .collect();
        assert_eq!(causes, [("a lock", 2, 2), ("no threads", 1, 1)]);
        let checks: Vec<_> = exercise
            .checks
            .iter()
            .map(|of| (of.check.id.as_str(), of.not_passed(), of.judged(), of.causes[0].hand_ins.len()))
            .collect();
        assert_eq!(checks, [("a", 2, 3, 1), ("b", 2, 2, 2)], "who was skipped never came to it");
    }

    #[test]
    fn compilers_messages_count_together_whatever_the_names_in_them() {
        let moved = |name: &str| {
            not_judged(
                Verdict::BuildError,
                &format!("error[E0382]: use of moved value: `{name}`\n --> src/lib.rs:1:1"),
            )
        };
        let refused = |line: u32| {
            not_judged(Verdict::Rejected, &format!("exercises/03/src/lib.rs:{line}: `unsafe` is not allowed"))
        };
        let grading = class([
            ("alice", moved("f")),
            ("bob", moved("sender")),
            ("carol", refused(3)),
            ("dave", refused(9)),
            ("erin", not_judged(Verdict::Missing, "there is no src/lib.rs")),
        ]);
        let exercises = of(&grading);
        let causes: Vec<_> =
            exercises[0].causes.iter().map(|cause| (cause.text.as_str(), cause.hand_ins.len())).collect();
        let expected = [
            ("it does not compile: error[E0382]: use of moved value: `…`", 2),
            ("refused: `unsafe` is not allowed", 2),
        ];
        assert_eq!(causes, expected);
        assert_eq!(exercises[0].verdicts[&Verdict::Missing], 1);
    }

    #[test]
    fn scores_that_are_not_there_count_for_nothing() {
        let scored = |score: Option<f64>| Graded { score, ..judged(Vec::new()) };
        let grading = class([
            ("alice", scored(Some(10.0))),
            ("bob", scored(Some(0.0))),
            ("carol", scored(Some(6.9))),
            ("dave", Graded { verdict: Verdict::Error, ..scored(None) }),
            ("erin", scored(Some(7.0))),
        ]);
        assert_eq!(distribution(&grading), [1, 0, 0, 0, 0, 0, 1, 1, 0, 1]);
        assert_eq!(median(&grading), Some(6.95));
        assert_eq!(mean(&grading), Some(23.9 / 4.0));
        assert_eq!((median(&class([])), mean(&class([]))), (None, None));
    }
}
