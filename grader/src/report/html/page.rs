//! The shell of every page: its head with the policy that refuses whatever is not this report's own, its style and its script.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use judge::timeline::svg;
use judge::words::printable;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::record;

/// How everything looks. No element has a style of its own: the policy would refuse it.
const STYLE: &str = include_str!("style.css");

/// Sorting, searching, and opening what is folded before a page is printed.
const SCRIPT: &str = include_str!("script.js");

/// A whole page.
pub(super) fn page(title: &str, body: &Markup) -> Vec<u8> {
    let policy = format!(
        "default-src 'none'; style-src {} {}; script-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(svg::STYLE),
        hash(SCRIPT)
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (said(title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                (body)
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string().into_bytes()
}

/// What a policy calls a style or script that stands in the page.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

/// Text that may be a student's: without characters that steer or turn the writing. The templates escape it.
pub(super) fn said(text: &str) -> String {
    printable(text)
}

/// A sentence in which backticks enclose code, as the checks write it.
pub(super) fn prose(text: &str) -> Markup {
    html! {
        @for (index, part) in said(text).split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// Points, as they are recorded: tenths.
pub(super) fn points(score: Option<f64>) -> String {
    score.map_or_else(|| "–".to_owned(), |score| format!("{score:.1}"))
}

/// Points that were gained or lost.
pub(super) fn signed(points: f64) -> String {
    record::signed(points).replace('-', "−")
}

/// A share in percent; `0` of nothing.
pub(super) fn percent(part: usize, whole: usize) -> usize {
    (part * 100).checked_div(whole).unwrap_or(0)
}

/// A verdict or status as a word with a mark, so that colour alone says nothing.
pub(super) fn badge(name: &str) -> Markup {
    let (class, mark) = match name {
        "pass" => ("good", "✓"),
        "skipped" | "missing" => ("none", "–"),
        "error" | "inconclusive" => ("odd", "?"),
        _ => ("bad", "✗"),
    };
    html! { span.badge.(class) { span aria-hidden="true" { (mark) " " } span.word { (name.replace('_', " ")) } } }
}

/// A part of a page, with its heading.
pub(super) fn section(id: &str, heading: &str, content: &Markup) -> Markup {
    html! { section aria-labelledby=(id) { h2 id=(id) { (heading) } (content) } }
}

/// A table that may be wider than its page: it scrolls by itself, also by keyboard.
pub(super) fn wide(label: &str, table: &Markup) -> Markup {
    html! { div.wide role="region" aria-label=(label) tabindex="0" { (table) } }
}
