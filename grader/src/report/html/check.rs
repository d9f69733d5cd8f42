//! One check on a student's page: its promise, and where it did not pass the findings, the run as a picture and the reference's
//! beside it.

use judge::suite::Status;
use maud::{Markup, PreEscaped, html};

use super::page::{badge, points, prose, said, wide};
use super::places::Places;
use super::{Class, chart};
use crate::record::{Checked, Graded, Scaling};
use crate::report::audience::findings;

/// The check. What did not pass is open, unless an earlier check fails for the same cause.
pub(super) fn one(class: &Class<'_>, places: Places<'_>, check: &Checked) -> Markup {
    let (graded, evidence) = (places.graded, &check.evidence);
    let title = html! {
        (badge(check.status.as_str()))
        span.title { @if evidence.promise.is_empty() { code { (check.id) } } @else { (prose(&evidence.promise)) " " code.dim { (check.id) } } }
        span.dim { (check.category.as_str()) }
        span.number { (points(Some(check.score))) span.dim { " / " (points(Some(check.max_score))) } }
    };
    let has_more = check.status != Status::Pass || evidence.timeline.is_some() || evidence.scaling.is_some();
    if !has_more {
        return html! { div.check { (title) } };
    }
    let open = !matches!(check.status, Status::Pass | Status::Skipped) && evidence.same_as.is_none();
    html! {
        details.check open[open] {
            summary { (title) }
            div.inside {
                @if check.status != Status::Pass {
                    dl { @for (name, text) in findings(check) { div.(name) { dt { (name) } dd { (places.prose(text)) } } } }
                }
                (runs(class, graded, check))
                @if let Some(scaling) = &evidence.scaling { (curve(check, scaling)) }
                @if let Some(output) = &evidence.output {
                    details { summary { "What the program printed in this run" } pre tabindex="0" role="region" aria-label={ (check.id) ": output" } { (said(output)) } }
                }
            }
        }
    }
}

/// The run that decided, and the reference's of the same case.
fn runs(class: &Class<'_>, graded: &Graded, check: &Checked) -> Markup {
    let Some(timeline) = &check.evidence.timeline else { return html! {} };
    let case = check.evidence.case.as_deref().unwrap_or_default();
    let reference = class.reference.exercises.get(&graded.id).and_then(|runs| runs.get(case));
    let reference = reference.filter(|_| check.status != Status::Pass);
    html! {
        p.case { "The run: " (said(case)) }
        div.runs {
            @let (own, its) = ("This hand-in", "The reference, on the same scale");
            @if let Some(reference) = reference {
                (run(check, own, &timeline.svg_beside(reference, own)))
                (run(check, its, &reference.svg_beside(timeline, its)))
            } @else {
                (run(check, own, &timeline.svg(own)))
            }
        }
    }
}

/// The picture escapes what a student may have named.
fn run(check: &Checked, whose: &str, picture: &str) -> Markup {
    html! {
        figure.run {
            figcaption { b { (whose) } }
            (wide(&format!("{}: {whose}", check.id), &html! { (PreEscaped(picture)) }))
        }
    }
}

fn curve(check: &Checked, scaling: &Scaling) -> Markup {
    let ratio = judge::words::ratio;
    html! {
        figure.scaling {
            figcaption { b { "Speedup" } " as there are more " (scaling.of) " on equal work, this hand-in "
                span.key.own aria-hidden="true" {} " and the ideal " span.key.ideal aria-hidden="true" {} }
            (chart::scaling(scaling))
            (wide(&format!("{}: speedup in figures", check.id), &html! {
                table {
                    caption { "The same in figures" }
                    thead { tr { th scope="col" { (scaling.of) } @for step in &scaling.steps { th.number scope="col" { (step.at_most) } } } }
                    tbody { tr { th scope="row" { "speedup" } @for step in &scaling.steps { td.number { (ratio(step.work, step.makespan)) } } } }
                }
            }))
        }
    }
}
