//! Counts verdicts that differ from the declared ones, and tells them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use judge::words::count;

use super::corpus::{Declared, Expected, Subject};
use super::{Judged, Outcome};
use crate::kit::Exercise;
use crate::record::Verdict;

/// What a verification found.
#[derive(Default)]
pub(crate) struct Tally {
    /// Whether only passing or not is compared: who sees no threads calls a deadlock something else.
    coarse: bool,
    exercises: BTreeMap<String, Counts>,
    /// What differed, and how often.
    differences: BTreeMap<String, usize>,
    /// What was remarked and did not recur, or is declared to come by chance.
    by_chance: BTreeSet<String>,
    /// What needs a sandbox that this machine does not have, by that sandbox. It was not run, and counts as nothing.
    not_run: BTreeMap<String, Vec<String>>,
    /// How many programs nothing was told of yet.
    awaited: usize,
    /// How many programs were not judged, or not as often as asked, when it was asked to stop.
    cut_short: usize,
}

#[derive(Default)]
struct Counts {
    subjects: usize,
    /// Judgings of what must pass, and how many of them did not.
    right: usize,
    false_fails: usize,
    /// Judgings of what must not pass, and how many of them did.
    wrong: usize,
    false_passes: usize,
    /// Judgings that did not pass where none was due, but for another check or in another way than declared.
    others: usize,
    /// Trouble of the machine or the kit.
    troubles: usize,
}

impl Tally {
    /// Nothing is counted yet.
    pub(super) fn new(coarse: bool) -> Self {
        Self { coarse, ..Self::default() }
    }

    /// So many programs of an exercise are going to be told of.
    pub(super) fn awaits(&mut self, exercise: &Exercise, programs: usize) {
        if programs > 0 {
            self.exercises.entry(exercise.slug()).or_default().subjects += programs;
        }
        self.awaited += programs;
    }

    /// Nobody waits for the rest of them.
    pub(super) fn stop(&mut self) {
        self.cut_short += self.awaited;
    }

    /// Whether every verdict was the declared one.
    pub(crate) fn agrees(&self) -> bool {
        self.differences.is_empty()
    }

    /// Adds what became of a program in the end.
    pub(super) fn add(&mut self, exercise: &Exercise, subject: &Subject, judged: Judged) {
        self.awaited = self.awaited.saturating_sub(1);
        let counts = self.exercises.entry(exercise.slug()).or_default();
        match judged {
            Judged::CutShort => self.cut_short += 1,
            Judged::NotRun(needs) => {
                counts.subjects = counts.subjects.saturating_sub(1);
                self.not_run.entry(needs).or_default().push(subject.name.clone());
            }
            Judged::Outcomes(Err(trouble)) => {
                counts.troubles += 1;
                self.differ(exercise, subject, &format!("{trouble:#}"));
            }
            // What the rounds said is counted. Harm is looked for at the end.
            Judged::Outcomes(Ok(outcomes)) => {
                for harm in outcomes.iter().flat_map(|outcome| &outcome.harm) {
                    self.differ(exercise, subject, &format!("harm was done: {harm}"));
                }
            }
        }
    }

    /// Adds what one judging said.
    pub(super) fn add_round(&mut self, exercise: &Exercise, subject: &Subject, outcome: &Outcome) {
        let is_luck = matches!(&subject.expected, Expected::Declared(declared) if declared.by_chance);
        for remark in &outcome.remarks {
            if is_luck || !remark.recurs {
                let name = format!("{} {}", exercise.suite.id, subject.name);
                self.by_chance.insert(format!("{name}: {}", remark.text));
            } else {
                self.differ(exercise, subject, &remark.text);
            }
        }
        let passes = outcome.verdict == Verdict::Pass;
        let must_pass =
            matches!(&subject.expected, Expected::Declared(declared) if declared.verdict == "pass");
        let difference = difference(&subject.expected, outcome, self.coarse);
        let counts = self.exercises.entry(exercise.slug()).or_default();
        if outcome.verdict == Verdict::Error {
            counts.troubles += 1;
        } else if must_pass {
            counts.right += 1;
            counts.false_fails += usize::from(!passes);
        } else {
            counts.wrong += 1;
            counts.false_passes += usize::from(passes);
            counts.others += usize::from(!passes && difference.is_some());
        }
        if let Some(difference) = difference {
            self.differ(exercise, subject, &difference);
        }
    }

    fn differ(&mut self, exercise: &Exercise, subject: &Subject, how: &str) {
        let difference = format!("{} {}: {how}", exercise.suite.id, subject.name);
        *self.differences.entry(difference).or_default() += 1;
    }

    /// The rates, and what differed.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (slug, counts) in &self.exercises {
            let _ = writeln!(
                text,
                "{slug}: {} programs; false fails {} of {}; false passes {} of {}; other differences {}; not judged {}",
                counts.subjects,
                counts.false_fails,
                counts.right,
                counts.false_passes,
                counts.wrong,
                counts.others,
                counts.troubles,
            );
        }
        for (difference, times) in &self.differences {
            let _ = writeln!(text, "  {difference} ({times} times)");
        }
        for missed in &self.by_chance {
            let _ = writeln!(text, "  by chance: {missed}");
        }
        for (sandbox, names) in &self.not_run {
            let _ = writeln!(
                text,
                "not run, for want of a sandbox with {sandbox}: {} ({})",
                names.len(),
                names.join(", ")
            );
        }
        if self.cut_short > 0 {
            let _ = writeln!(
                text,
                "stopped: {} not judged as often as asked, or not at all",
                count(self.cut_short, "program")
            );
        }
        let agrees = match (self.agrees(), self.cut_short) {
            (true, 0) => "every verdict is the declared one",
            (true, _) => "every verdict so far is the declared one",
            (false, _) => "some verdicts are not the declared ones",
        };
        let _ = writeln!(text, "{agrees}");
        text
    }
}

/// How an outcome differs from what was expected.
fn difference(expected: &Expected, outcome: &Outcome, coarse: bool) -> Option<String> {
    let verdict = outcome.verdict.as_str();
    let declared = match expected {
        Expected::NotDone if outcome.not_done => return None,
        Expected::NotDone => {
            return Some(format!("not every check says that it is not done yet (verdict {verdict})"));
        }
        Expected::Declared(declared) => declared,
    };
    // With what the first of them saw: a difference that comes once in a thousand runs has to be understood from this line.
    let failed = || {
        let checks: Vec<String> =
            outcome.checks.iter().map(|(id, _, status)| format!("{id} {status}")).collect();
        let first: String = outcome.text.chars().take(200).collect();
        format!("{}: {first}", checks.join(", "))
    };
    if verdict != declared.verdict {
        return Some(format!("declared {}, got {verdict} [{}]", declared.verdict, failed()));
    }
    if verdict != Verdict::Fail.as_str() || coarse {
        return None;
    }
    wrong_reason(declared, outcome).map(|why| format!("{why}, got [{}]", failed()))
}

/// Whether it failed for another reason than the declared one.
fn wrong_reason(declared: &Declared, outcome: &Outcome) -> Option<String> {
    let matches = |check: &(String, &str, &str)| {
        declared.category.as_deref().is_none_or(|category| category == check.1)
            && declared.status.as_deref().is_none_or(|status| status == check.2)
    };
    if !outcome.checks.iter().any(matches) {
        let category = declared.category.as_deref().unwrap_or("any");
        let status = declared.status.as_deref().unwrap_or("any");
        return Some(format!("declared a {category} check with status {status}"));
    }
    let exact: BTreeSet<&str> = declared.checks.as_ref()?.iter().map(String::as_str).collect();
    let got: BTreeSet<&str> = outcome.checks.iter().map(|(id, ..)| id.as_str()).collect();
    (exact != got).then(|| format!("declared exactly {}", exact.into_iter().collect::<Vec<_>>().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::super::Remark;
    use super::super::corpus::subject;
    use super::*;
    use crate::kit::Kit;

    fn tally(by_chance: bool, recurs: bool) -> Tally {
        let kit = Kit::find(None, 0).expect("the tests run in the kit");
        let subject =
            subject(&format!("[wrong-a]\nverdict = \"fail\"\nby_chance = {by_chance}\nabout = \"one\""));
        let remark = Remark { text: "it is told `c`".to_owned(), recurs };
        let failed = ("a".to_owned(), "correctness", "fail");
        let outcome = Outcome {
            remarks: vec![remark],
            checks: vec![failed],
            ..Outcome::not_judged(Verdict::Fail, String::new())
        };
        let mut tally = Tally::new(false);
        tally.add_round(&kit.exercises[0], &subject, &outcome);
        tally
    }

    #[test]
    fn a_remark_that_recurs_is_a_difference() {
        let tally = tally(false, true);
        assert!(!tally.agrees());
        assert!(tally.text().contains("it is told `c` (1 times)\nsome verdicts are not the declared ones"));
    }

    #[test]
    fn a_remark_that_is_luck_is_told_and_is_none() {
        for tally in [tally(false, false), tally(true, true)] {
            assert!(tally.agrees(), "{}", tally.text());
            assert!(tally.text().contains("by chance: 01 wrong-a: it is told `c`"));
        }
    }
}
