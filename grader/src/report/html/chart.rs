//! Small charts as inline SVG: plain functions of figures. Colours come from the page's style, by class.

use maud::{Markup, html};

use crate::record::Scaling;

/// How many hand-ins lie in each tenth of the points.
pub(super) fn distribution(tenths: &[usize; 10]) -> Markup {
    let most = tenths.iter().copied().max().unwrap_or(0).max(1);
    let bars = tenths.iter().enumerate().map(|(tenth, &count)| {
        // The bars stand on a line at 140.
        let (left, tall) = (tenth * 60, count * 120 / most);
        let range = format!("{}–{}", tenth * 10, tenth * 10 + 10);
        (range, count, left, 140 - tall, tall)
    });
    let bars: Vec<_> = bars.collect();
    let words: Vec<String> = bars.iter().map(|(range, count, ..)| format!("{range} %: {count}")).collect();
    html! {
        svg.chart viewBox="0 0 600 165" role="img" aria-label={ "Hand-ins by share of the points. " (words.join("; ")) } {
            @for (range, count, left, top, tall) in bars {
                rect.bar x=(left + 4) y=(top) width="52" height=(tall) rx="2" {}
                @if count > 0 { text.figure x=(left + 30) y=(top - 5) text-anchor="middle" { (count) } }
                text.axis x=(left + 30) y="158" text-anchor="middle" { (range) }
            }
            line.rule x1="0" x2="600" y1="140" y2="140" {}
        }
    }
}

/// A part of a whole as a bar of 100 units; the figure stands beside it.
pub(super) fn share(percent: usize) -> Markup {
    html! {
        svg.share viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
            rect.ground width="100" height="8" {}
            rect.bar width=(percent.min(100)) height="8" {}
        }
    }
}

/// The speedup over how much may be in flight, both as powers of two, beside the ideal.
pub(super) fn scaling(scaling: &Scaling) -> Markup {
    let ideal: Vec<(f64, f64)> =
        scaling.steps.iter().map(|step| at(figure(step.at_most), figure(step.at_most))).collect();
    let own: Vec<(f64, f64)> = scaling
        .steps
        .iter()
        .map(|step| at(figure(step.at_most), figure(step.work) / figure(step.makespan)))
        .collect();
    let powers: Vec<u64> = (0..=6).map(|power| 1 << power).collect();
    html! {
        svg.chart.curve viewBox="0 0 440 330" role="img" aria-label=(in_words(scaling)) {
            @for &power in &powers {
                @let (x, y) = at(figure(power), figure(power));
                line.grid x1=(x) x2=(x) y1="10" y2=(BOTTOM) {}
                line.grid x1=(LEFT) x2="430" y1=(y) y2=(y) {}
                text.axis x=(x) y=(BOTTOM + 18.0) text-anchor="middle" { (power) }
                text.axis x=(LEFT - 8.0) y=(y + 4.0) text-anchor="end" { (power) }
            }
            text.axis x="240" y="326" text-anchor="middle" { (scaling.of) }
            text.axis x="12" y="150" text-anchor="middle" transform="rotate(-90 12 150)" { "speedup" }
            polyline.ideal points=(line(&ideal)) {}
            polyline.own points=(line(&own)) {}
            @for (x, y) in own { circle.own cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="4" {} }
        }
    }
}

const LEFT: f64 = 50.0;
const BOTTOM: f64 = 280.0;

/// Where a point lies; both axes go from 1 to 64.
fn at(x: f64, y: f64) -> (f64, f64) {
    (LEFT + x.max(1.0).log2() * 62.0, BOTTOM - y.clamp(0.9, 70.0).log2() * 44.0)
}

fn line(points: &[(f64, f64)]) -> String {
    points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ")
}

fn in_words(scaling: &Scaling) -> String {
    let step = |step: &crate::record::ScalingStep| {
        format!(
            "{} with {} where {} is ideal",
            judge::words::ratio(step.work, step.makespan),
            step.at_most,
            step.at_most
        )
    };
    format!("Speedup by {}: {}", scaling.of, scaling.steps.iter().map(step).collect::<Vec<_>>().join("; "))
}

#[expect(clippy::cast_precision_loss, reason = "drawn in pixels")]
fn figure(number: u64) -> f64 {
    number as f64
}
