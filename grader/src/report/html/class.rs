//! The class page, for whoever teaches: how the class did, each hand-in, what to teach again, each check.

use judge::words::count;
use maud::{Markup, html};

use super::page::{self, badge, percent, points, prose, said, section, signed, wide};
use super::{Class, chart};
use crate::course;
use crate::record::{Graded, Verdict};
use crate::report::tally::{self, Cause, OfCheck, OfExercise};

/// The page; `files` has the students' pages.
pub(super) fn page(class: &Class<'_>, files: &[String]) -> Vec<u8> {
    let exercises = tally::of(class.grading);
    let hand_ins = class.grading.submissions.len();
    let body = html! {
        header.top {
            div.inner {
                h1 { (said(class.title.unwrap_or("Class report"))) }
                p.sub { (count(hand_ins, "hand-in")) ", " (count(exercises.len(), "exercise")) ". For instructors: it shows every check and names every student." }
                nav aria-label="Parts of this page" {
                    a href="#hand-ins" { "Hand-ins" } a href="#scores" { "Scores" }
                    a href="#causes" { "What to teach again" } a href="#checks" { "Checks" }
                }
            }
        }
        main #main {
            (section("hand-ins", "Hand-ins", &html! { (tiles(class)) (table(class, &exercises, files)) }))
            (section("scores", "Scores", &scores(class, &exercises)))
            (section("causes", "What to teach again", &causes(class, &exercises, files)))
            (section("checks", "Checks", &checks(&exercises)))
        }
        footer {
            "grader " (class.grading.grader) " · seed " (class.grading.seed) " · sandbox " (class.grading.sandbox)
            " · sight " (class.grading.sight_line())
            @if let Some(changes) = course::in_words(class.grading) { " · points changed after they were judged: " (changes) }
            " · all ticks and speedups are virtual: the same on every machine"
        }
    };
    page::page(class.title.unwrap_or("Class report"), &body)
}

/// The class in a few figures.
fn tiles(class: &Class<'_>) -> Markup {
    let grading = class.grading;
    let ungraded = grading.submissions.iter().filter(|submission| submission.score.is_none()).count();
    let most = grading.submissions.first().map_or(0.0, |submission| submission.max_score);
    html! {
        div.tiles {
            p.tile { span.big { (points(tally::mean(grading))) } " mean of " (points(Some(most))) }
            p.tile { span.big { (points(tally::median(grading))) } " median" }
            @let full = grading.submissions.iter().filter(|one| one.score == Some(one.max_score)).count();
            p.tile { span.big { (full) } " with all points" }
            @if ungraded > 0 { p.tile { span.big { (ungraded) } " not graded: trouble of the machine, tried again by the next grading" } }
        }
    }
}

fn scores(class: &Class<'_>, exercises: &[OfExercise<'_>]) -> Markup {
    let grading = class.grading;
    html! {
        figure { figcaption { "Hand-ins by their share of the points, in percent" } (chart::distribution(&tally::distribution(grading))) }
        (wide("Table of exercises", &html! {
            table {
                caption { "By exercise" }
                thead { tr {
                    th scope="col" { "Exercise" } th.number scope="col" { "Mean" } th.number scope="col" { "Of" }
                    @for verdict in VERDICTS { th.number scope="col" { (verdict.as_str().replace('_', " ")) } }
                } }
                tbody { @for exercise in exercises { tr {
                    th scope="row" { (exercise.graded.id) " " (exercise.graded.name) }
                    td.number { (points(exercise.mean)) } td.number { (points(Some(exercise.graded.max_score))) }
                    @for verdict in VERDICTS { td.number { (exercise.verdicts.get(&verdict).copied().unwrap_or(0)) } }
                } } }
            }
        }))
    }
}

const VERDICTS: [Verdict; 6] =
    [Verdict::Pass, Verdict::Fail, Verdict::BuildError, Verdict::Rejected, Verdict::Missing, Verdict::Error];

/// Causes that more than one hand-in has, over all exercises, the most frequent first; the others are folded.
fn causes(class: &Class<'_>, exercises: &[OfExercise<'_>], files: &[String]) -> Markup {
    let mut all: Vec<(&Graded, &Cause<'_>)> = exercises
        .iter()
        .flat_map(|exercise| exercise.causes.iter().map(|cause| (exercise.graded, cause)))
        .collect();
    all.sort_by_key(|(_, cause)| std::cmp::Reverse(cause.hand_ins.len()));
    let alone = all.iter().position(|(_, cause)| cause.hand_ins.len() < 2).unwrap_or(all.len());
    let (often, once) = all.split_at(alone);
    let list = |causes: &[(&Graded, &Cause<'_>)]| {
        html! {
            ol.causes { @for (graded, cause) in causes { li { (one_cause(class, graded, cause, files)) } } }
        }
    };
    html! {
        @if all.is_empty() { p { "Every check of every hand-in passes." } }
        (list(often))
        @if !once.is_empty() {
            details { summary { (once.len()) " more, of one hand-in each" } (list(once)) }
        }
    }
}

fn one_cause(class: &Class<'_>, graded: &Graded, cause: &Cause<'_>, files: &[String]) -> Markup {
    let all = class.grading.submissions.len();
    let part = cause.hand_ins.len();
    html! {
        div.cause {
            p.count { span.big { (part) } " " span.dim { (percent(part, all)) " %" } (chart::share(percent(part, all))) }
            div {
                p.what { span.dim { (graded.id) " " (graded.name) " · " } (prose(&cause.text)) }
                @if let Some(hint) = cause.hint { p { b { "Try: " } (prose(hint)) } }
                @if !cause.checks.is_empty() {
                    p.dim { @for (index, check) in cause.checks.iter().enumerate() { @if index > 0 { ", " } code { (check) } } }
                }
                details {
                    summary { "who" }
                    ul.who { @for &index in &cause.hand_ins { li { a href=(files[index]) { (name(class, index)) } } } }
                }
            }
        }
    }
}

/// A student's name where it is known, otherwise the id.
fn name(class: &Class<'_>, index: usize) -> String {
    let id = &class.grading.submissions[index].id;
    said(class.roster.get(id, "name").unwrap_or(id))
}

fn checks(exercises: &[OfExercise<'_>]) -> Markup {
    html! {
        (wide("Table of checks", &html! {
            table.sortable {
                caption { "How many hand-ins do not pass each check, of those that came to it" }
                thead { tr {
                    th scope="col" { "No." } th scope="col" { "Check" }
                    th.number scope="col" { "Points" } th.number scope="col" { "Not passed" } th.number scope="col" { "Share" }
                    th scope="col" { "How" } th scope="col" { "Most often" }
                } }
                tbody { @for exercise in exercises { @for check in &exercise.checks { (row_of_check(exercise, check)) } } }
            }
        }))
    }
}

fn row_of_check(exercise: &OfExercise<'_>, of: &OfCheck<'_>) -> Markup {
    let share = percent(of.not_passed(), of.judged());
    let passed = judge::suite::Status::Pass;
    let how = of.statuses.iter().filter(|(status, _)| **status != passed);
    html! { tr {
        td { (exercise.graded.id) }
        th scope="row" { code { (of.check.id) } br; span.dim.plain { (of.check.category.as_str()) @if !of.check.evidence.promise.is_empty() { ": " (prose(&of.check.evidence.promise)) } } }
        td.number { (points(Some(of.check.max_score))) }
        td.number { (of.not_passed()) }
        td.number data-sort=(share) { (share) " %" (chart::share(share)) }
        td { @for (status, count) in how { span.how { (badge(status.as_str())) " " (count) } " " } }
        td.most { @if let Some(cause) = of.causes.first() { span.dim { (cause.hand_ins.len()) " × " } (prose(&cause.text)) } }
    } }
}

/// The most exercises whose verdicts have room in words.
const WORDS: usize = 6;

fn table(class: &Class<'_>, exercises: &[OfExercise<'_>], files: &[String]) -> Markup {
    html! {
        (wide("Table of hand-ins", &html! {
            // Where words have no room the marks stand for them; they are still read aloud, and searched.
            table.sortable.searchable.compact[exercises.len() > WORDS] {
                caption { "Every hand-in; its page has every check" }
                thead { tr {
                    th scope="col" { "Hand-in" }
                    th.number scope="col" { "Score" }
                    @for exercise in exercises { th scope="col" title=(exercise.graded.name) { (exercise.graded.id) } }
                } }
                tbody { @for (index, (submission, file)) in class.grading.submissions.iter().zip(files).enumerate() { tr {
                    th scope="row" {
                        a href=(file) { (name(class, index)) }
                        @if class.roster.get(&submission.id, "name").is_some() { " " span.dim { (said(&submission.id)) } }
                        @if submission.late { " " span.dim { "late" } }
                    }
                    td.number data-sort=(submission.score.unwrap_or(-1.0)) {
                        b { (points(submission.score)) } span.dim { " / " (points(Some(submission.max_score))) }
                    }
                    @for exercise in exercises { (cell(submission.exercises.iter().find(|graded| graded.id == exercise.graded.id))) }
                } } }
            }
        }))
    }
}

fn cell(graded: Option<&Graded>) -> Markup {
    let Some(graded) = graded else { return html! { td {} } };
    html! { td data-sort=(graded.score.unwrap_or(-1.0)) {
        (badge(graded.verdict.as_str()))
        @let is_changed = !graded.changes.is_empty();
        @if is_changed || matches!(graded.verdict, Verdict::Pass | Verdict::Fail) { " " span.number { (points(graded.score)) } }
        @for change in &graded.changes { br; span.how { span.dim { (change.kind.as_str()) } " " (signed(change.points)) @if change.stale { " " span.badge.odd { "? stale" } } } }
    } }
}
