//! A student's page: every exercise with its checks, as far as the audience sees them.

use maud::{Markup, html};

use super::page::{self, badge, percent, points, said, signed};
use super::places::Places;
use super::{Class, check};
use crate::record::{Change, Verdict};
use crate::report::audience::{Shown, Withheld, shown};

/// The page of the student at `index`; `back` is the address of the class page, where there is one.
pub(super) fn page(class: &Class<'_>, index: usize, back: Option<&str>) -> Vec<u8> {
    let submission = &class.grading.submissions[index];
    let name = class.roster.get(&submission.id, "name");
    let heading = said(name.unwrap_or(&submission.id));
    let body = html! {
        header.top {
            div.inner {
                @if let Some(back) = back { p { a href=(back) { "← Class" } } }
                h1 { (heading) @if name.is_some() { " " span.dim { (said(&submission.id)) } } }
                p.sub { span.big { (points(submission.score)) } " of " (points(Some(submission.max_score))) " points" @if submission.late { ", handed in late" } }
                nav aria-label="Exercises" {
                    @for graded in &submission.exercises {
                        a href={ "#e" (graded.id) } { (graded.id) " " (graded.name) " " b { (points(graded.score)) } }
                    }
                }
            }
        }
        main #main { @for graded in &submission.exercises { (exercise(class, Places { id: &submission.id, graded, editor: class.editor })) } }
        footer {
            "grader " (class.grading.grader) " · seed " (class.grading.seed)
            " · A tick is virtual time: it has no length in seconds, and is the same on every machine. A program is judged as if it had as "
            "many cores as it has workers."
        }
    };
    page::page(&format!("{heading}: feedback"), &body)
}

fn exercise(class: &Class<'_>, places: Places<'_>) -> Markup {
    let graded = places.graded;
    let Shown { checks, withheld } = shown(graded, class.audience);
    let passed = checks.iter().filter(|check| check.status == judge::suite::Status::Pass).count();
    html! {
        section.exercise aria-labelledby={ "e" (graded.id) } {
            h2 id={ "e" (graded.id) } { (graded.id) " " (graded.name) }
            p.sub {
                (badge(graded.verdict.as_str())) " "
                b { (points(graded.score)) } " of " (points(Some(graded.max_score))) " points"
                @if !checks.is_empty() { span.dim { " · " (passed) " of " (checks.len()) " checks pass (" (percent(passed, checks.len())) " %)" } }
            }
            @if let Some(message) = &graded.message { (self::message(places, message)) }
            @if !checks.is_empty() {
                ul.checks { @for checked in &checks { li { (check::one(class, places, checked)) } } }
            }
            @if let Some(withheld) = withheld { (not_shown(withheld)) }
            @if !graded.changes.is_empty() { (changes(&graded.changes)) }
        }
    }
}

/// What changed the points after they were judged.
fn changes(changes: &[Change]) -> Markup {
    html! {
        ul.changes { @for change in changes { li {
            b { (change.kind.as_str()) } @if let Some(by) = &change.by { " (" (said(by)) ")" } ": " (said(&change.why))
            @if change.stale { " " span.badge.odd { "? the hand-in has changed since" } }
            span.number { (signed(change.points)) }
        } } }
    }
}

fn message(places: Places<'_>, text: &str) -> Markup {
    let graded = places.graded;
    let label = if graded.verdict == Verdict::BuildError { "the compiler's message" } else { "why" };
    html! {
        @if text.lines().count() > 1 {
            pre.message tabindex="0" role="region" aria-label={ (graded.id) ": " (label) } { (places.text(&said(text))) }
        } @else {
            p.message { (places.text(&said(text))) }
        }
    }
}

fn not_shown(withheld: Withheld) -> Markup {
    html! {
        p.dim {
            (withheld.checks) " more " (if withheld.checks == 1 { "check is" } else { "checks are" }) " not shown here: "
            (points(Some(withheld.score))) " of " (points(Some(withheld.max_score))) " points"
        }
    }
}
