//! What one audience sees of a hand-in, in the shape that every format has: items with points.
//!
//! Invariant: the items of a section add up to its points, and the sections to the hand-in's, whatever was withheld.

use judge::suite::{Status, Visibility};
use judge::words::printable;

use crate::record::{Change, Checked, Graded, Submission, Verdict, sum};
use crate::report::audience::{Audience, findings, shown};

/// The most characters of a text that a format is given; a compiler can say more.
pub(super) const TEXT_AT_MOST: usize = 16_000;

/// A hand-in.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    pub(crate) id: String,
    /// `None` where something could not be graded.
    pub(crate) score: Option<f64>,
    pub(crate) max_score: f64,
    /// The exercises.
    pub(crate) sections: Vec<Section>,
}

/// An exercise.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    /// `03`.
    pub(crate) id: String,
    /// `03 ordered-map`.
    pub(crate) title: String,
    /// `ordered-map`.
    pub(crate) name: String,
    pub(crate) verdict: Verdict,
    pub(crate) score: Option<f64>,
    pub(crate) max_score: f64,
    /// What is said of the exercise as a whole, beside its items.
    pub(crate) message: Option<String>,
    pub(crate) items: Vec<Item>,
}

impl Section {
    /// The message, where an item does not say it already.
    pub(super) fn own_message(&self) -> Option<&str> {
        self.message.as_deref().filter(|message| self.items.iter().all(|item| item.text != **message))
    }
}

/// A check, or what stands for several.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// `keeps_the_input_order`.
    pub(crate) id: String,
    /// The category, for those formats that have tags.
    pub(crate) tag: Option<&'static str>,
    pub(crate) visibility: Visibility,
    pub(crate) outcome: Outcome,
    /// The word for it: `pass`, `deadlock`, `build_error`.
    pub(crate) status: &'static str,
    /// All of `max_score` or nothing.
    pub(crate) score: f64,
    pub(crate) max_score: f64,
    /// Lines of plain text with nothing in them that steers a terminal; empty with [`Outcome::Passed`].
    pub(crate) text: String,
}

impl Item {
    /// What it is called: a check as in `cargo test` and as other texts refer to it.
    pub(super) fn name(&self) -> String {
        if self.tag.is_some() { self.id.clone() } else { self.id.replace('_', " ") }
    }

    /// Whether it stands for its exercise, of which no check was judged.
    pub(super) fn is_whole(&self, section: &Section) -> bool {
        self.tag.is_none() && self.status == section.verdict.as_str()
    }
}

/// How an item ended, as coarsely as formats tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed,
    /// Not run: something before it did not pass.
    Skipped,
    /// Not the student's fault: no score.
    Trouble,
}

impl Sheet {
    /// What this audience sees of a hand-in.
    pub(crate) fn new(submission: &Submission, audience: Audience) -> Self {
        Self {
            id: name(&submission.id),
            score: submission.score,
            max_score: submission.max_score,
            sections: submission.exercises.iter().map(|graded| section(graded, audience)).collect(),
        }
    }

    /// A hand-in of which nothing is graded yet, with the exercises' numbers, names and points. Its score is what it has so far.
    pub(crate) fn unfinished<'a>(id: &str, exercises: impl Iterator<Item = (&'a str, &'a str, f64)>) -> Self {
        let sections: Vec<Section> =
            exercises.map(|(id, name, max_score)| pending(id, name, max_score)).collect();
        let max_score = sum(sections.iter().map(|section| section.max_score));
        Self { id: name(id), score: Some(0.0), max_score, sections }
    }

    /// Puts in what became of an exercise.
    pub(crate) fn finish(&mut self, graded: &Graded, audience: Audience) {
        if let Some(place) = self.sections.iter_mut().find(|section| section.id == graded.id) {
            *place = section(graded, audience);
        }
        self.score = Some(sum(self.sections.iter().filter_map(|section| section.score)));
    }

    /// Whether something is not graded yet: there is a score, and it is not the last word.
    pub(super) fn is_unfinished(&self) -> bool {
        self.score.is_some() && self.sections.iter().any(|section| section.score.is_none())
    }

    /// All items, with their sections.
    pub(super) fn items(&self) -> impl Iterator<Item = (&Section, &Item)> {
        self.sections.iter().flat_map(|section| section.items.iter().map(move |item| (section, item)))
    }

    /// Whether some check passed or did not, as against nothing that could be judged.
    pub(super) fn was_judged(&self) -> bool {
        self.sections.iter().any(|section| matches!(section.verdict, Verdict::Pass | Verdict::Fail))
    }

    /// What to say where there is no score.
    pub(super) fn trouble(&self) -> String {
        let troubled = self.sections.iter().filter(|section| section.score.is_none());
        let reasons = troubled.map(|section| {
            format!("{}: {}", section.title, section.message.as_deref().unwrap_or("not graded"))
        });
        let reasons: Vec<String> = reasons.collect();
        format!(
            "No score: the grader, or the machine that it ran on, failed. It is not the fault of what was handed in; have it \
             graded again.\n{}",
            reasons.join("\n")
        )
    }
}

/// A student's id on one line; it is the name of a folder, and that may hold anything.
fn name(id: &str) -> String {
    text(&id.replace('\n', "\\n"))
}

fn pending(id: &str, name: &str, max_score: f64) -> Section {
    let said = "not graded yet: if this stays so, time ran out; have it graded again";
    Section {
        id: id.to_owned(),
        title: format!("{id} {name}"),
        name: name.to_owned(),
        verdict: Verdict::Error,
        score: None,
        max_score,
        message: Some(said.to_owned()),
        items: vec![whole(Verdict::Error, Outcome::Trouble, max_score, said)],
    }
}

/// What stands for an exercise without checks.
fn whole(verdict: Verdict, outcome: Outcome, max_score: f64, said: &str) -> Item {
    Item {
        id: verdict.as_str().to_owned(),
        tag: None,
        visibility: Visibility::Visible,
        outcome,
        status: verdict.as_str(),
        score: 0.0,
        max_score,
        text: said.to_owned(),
    }
}

fn section(graded: &Graded, audience: Audience) -> Section {
    let shown = shown(graded, audience);
    let mut items: Vec<Item> = shown.checks.into_iter().map(item).collect();
    if let Some(withheld) = shown.withheld {
        let parts = [
            (Outcome::Passed, "passed", withheld.score, withheld.score),
            (Outcome::Failed, "not_passed", 0.0, sum([withheld.max_score, -withheld.score])),
        ];
        let parts = parts.into_iter().filter(|(.., max_score)| *max_score > 0.0);
        items.extend(parts.map(|(outcome, status, score, max_score)| Item {
            id: format!("checks_not_shown_{status}"),
            tag: None,
            visibility: Visibility::Visible,
            outcome,
            status,
            score,
            max_score,
            text: String::new(),
        }));
    }
    let message = graded.message.as_deref().map(text);
    if items.is_empty() {
        let is_trouble = graded.verdict == Verdict::Error;
        let outcome = if is_trouble { Outcome::Trouble } else { Outcome::Failed };
        items.push(whole(graded.verdict, outcome, graded.max_score, message.as_deref().unwrap_or_default()));
    }
    changed(&mut items, graded);
    Section {
        id: graded.id.clone(),
        title: format!("{} {}", graded.id, graded.name),
        name: graded.name.clone(),
        verdict: graded.verdict,
        score: graded.score,
        max_score: graded.max_score,
        message,
        items,
    }
}

/// Makes room for what changed the points after they were judged. Readers of these formats give all of an item's points or none, and add
/// them up: so an item that passed stands for what was gained, one that did not for what was lost, and the others have so much less.
fn changed(items: &mut Vec<Item>, graded: &Graded) {
    let Some(score) = graded.score.filter(|_| !graded.changes.is_empty()) else { return };
    let said = graded.changes.iter().map(Change::in_words).collect::<Vec<_>>().join("\n");
    let net = tenths(score) - items.iter().map(|item| tenths(item.score)).sum::<i64>();
    let is_gain = net > 0;
    // There is a score now, of which this is no part.
    for item in items.iter_mut().filter(|item| item.outcome == Outcome::Trouble) {
        item.outcome = Outcome::Failed;
    }
    let (mut from, mut others): (Vec<&mut Item>, Vec<&mut Item>) =
        items.iter_mut().partition(|item| (item.outcome == Outcome::Passed) != is_gain);
    let room = |items: &[&mut Item]| items.iter().map(|item| tenths(item.max_score)).sum::<i64>();
    // Of what the grader failed at, all that a hand has given may lie in what passed.
    let taken = net.abs().min(room(&from));
    take(&mut from, taken);
    take(&mut others, net.abs() - taken);
    let max_score = figure_of(net.abs());
    let mut kinds: Vec<&str> = graded.changes.iter().map(|change| change.kind.as_str()).collect();
    kinds.dedup();
    items.push(Item {
        id: kinds.join("_and_").replace(' ', "_"),
        tag: None,
        visibility: Visibility::Visible,
        outcome: if net < 0 { Outcome::Failed } else { Outcome::Passed },
        status: if net < 0 { "points_lost" } else { "points_gained" },
        score: if net < 0 { 0.0 } else { max_score },
        max_score,
        text: text(&said),
    });
}

/// Takes so many tenths from items, each by its part of the whole.
fn take(items: &mut [&mut Item], all: i64) {
    let mut left = all;
    let mut rest: i64 = items.iter().map(|item| tenths(item.max_score)).sum();
    for item in items {
        let own = tenths(item.max_score);
        // What is rounded off here is part of what the next ones give.
        let part = if rest > 0 { left * own / rest + i64::from(left * own % rest > 0) } else { 0 };
        let part = part.min(own).min(left);
        (left, rest) = (left - part, rest - own);
        let max_score = sum([item.max_score, -figure_of(part)]);
        item.score = if item.score > 0.0 { max_score } else { 0.0 };
        item.max_score = max_score;
    }
}

/// Points from tenths.
fn figure_of(tenths: i64) -> f64 {
    f64::from(i32::try_from(tenths).unwrap_or(i32::MAX)) / 10.0
}

fn item(check: &Checked) -> Item {
    let lines: Vec<String> =
        findings(check).into_iter().map(|(name, said)| format!("{name}: {said}")).collect();
    Item {
        id: check.id.clone(),
        tag: Some(check.category.as_str()),
        visibility: check.visibility,
        outcome: match check.status {
            Status::Pass => Outcome::Passed,
            Status::Skipped => Outcome::Skipped,
            Status::Inconclusive => Outcome::Trouble,
            Status::Fail | Status::Crash | Status::Deadlock | Status::Timeout => Outcome::Failed,
        },
        status: check.status.as_str(),
        score: check.score,
        max_score: check.max_score,
        text: text(&lines.join("\n")),
    }
}

/// Fit to be shown anywhere as plain text: nothing that steers a terminal, nothing that XML can't hold, no endless page.
fn text(said: &str) -> String {
    let shown = printable(said).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    shorten(&shown, TEXT_AT_MOST)
}

/// What stands where a text was cut off.
const CUT: &str = "\n… cut off here";

/// The beginning of a text, and that there is more of it.
pub(super) fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(CUT.chars().count());
    text.chars().take(kept).chain(CUT.chars()).collect()
}

/// `3` for 3.0, `2.5` for 2.5.
pub(super) fn figure(points: f64) -> String {
    points.to_string()
}

/// Points in tenths, for formats that count in whole numbers.
#[expect(clippy::cast_possible_truncation, reason = "a course has a few hundred points")]
pub(super) fn tenths(points: f64) -> i64 {
    (points * 10.0).round() as i64
}
