//! A timeline as a picture: SVG that stands alone in a file or inline in a page, light or dark as its reader has it.
//!
//! Colours are variables of the class `timeline`; a page may set its own. `<title>` and `<desc>` say the same to whoever does
//! not see it. Invariant: whatever a student may have named is escaped.

use std::fmt::Write;

use super::axis::marked_ticks;
use super::{Bar, How, Timeline};
use crate::scenario::Ticks;
use crate::words::{count, printable, thousands};

const WIDTH: u32 = 960;
/// Of a lane, and of a line of text.
const ROW: u32 = 20;
/// Where time begins and ends.
const LEFT: u32 = 120;
const RIGHT: u32 = WIDTH - 30;
/// Height of the curve of what is in flight.
const CURVE: u32 = 44;
/// Width of a letter, about.
const LETTER: u32 = 7;
/// Letters of a name that fit.
const NAME: usize = 15;

/// What the pictures look like: the style that each brings along.
pub const STYLE: &str = "\
.timeline{--tl-paper:#fff;--tl-ink:#1f2328;--tl-faint:#656d76;--tl-line:#d0d7de;--tl-idle:#f3f5f7;--tl-work:#2f6fb7;--tl-work2:#5b93d0;\
--tl-other:#2f8f5b;--tl-odd:#b7791f;--tl-bad:#cf222e;--tl-on:#fff;font:12px ui-monospace,Consolas,Menlo,monospace}\
@media (prefers-color-scheme:dark){.timeline{--tl-paper:#0d1117;--tl-ink:#e6edf3;--tl-faint:#9198a1;--tl-line:#3d444d;--tl-idle:#1c2128;\
--tl-work:#58a6ff;--tl-work2:#316dca;--tl-other:#57c98a;--tl-odd:#d29922;--tl-bad:#ff7b72;--tl-on:#0d1117}}\
.timeline .paper{fill:var(--tl-paper)}.timeline text{fill:var(--tl-ink)}.timeline .faint{fill:var(--tl-faint)}.timeline .bad-text{fill:var(--tl-bad)}\
.timeline .on{fill:var(--tl-on);pointer-events:none}.timeline line{stroke:var(--tl-line)}.timeline .end{stroke:var(--tl-bad);stroke-width:2}\
.timeline .idle{fill:var(--tl-idle)}.timeline .work{fill:var(--tl-work)}.timeline .work2{fill:var(--tl-work2)}\
.timeline .other{fill:var(--tl-other)}.timeline .odd{fill:var(--tl-odd)}.timeline .bad{fill:var(--tl-bad)}\
.timeline .unfinished{fill:none;stroke:var(--tl-bad);stroke-dasharray:4 3}.timeline .curve{fill:var(--tl-work);fill-opacity:.35}";

impl Timeline {
    /// The picture, under this title.
    #[must_use]
    pub fn svg(&self, title: &str) -> String {
        self.drawn(title, self.horizon())
    }

    /// The same on a scale on which the other fits too, so that two runs of one scenario can be compared by eye.
    #[must_use]
    pub fn svg_beside(&self, other: &Self, title: &str) -> String {
        self.drawn(title, self.horizon().max(other.horizon()))
    }

    fn drawn(&self, title: &str, horizon: Ticks) -> String {
        let mut drawing = Drawing { timeline: self, horizon, y: 26, body: String::new() };
        drawing.all();
        let height = drawing.y + 6;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"timeline\" role=\"img\" viewBox=\"0 0 {WIDTH} {height}\" width=\"100%\">\n\
             <title>{}</title>\n<desc>{}</desc>\n<style>{STYLE}</style>\n\
             <rect class=\"paper\" fill=\"#fff\" width=\"{WIDTH}\" height=\"{height}\"/>\n{}</svg>\n",
            escaped(title),
            escaped(&self.description()),
            with_colours(&drawing.body)
        )
    }

    /// What is to be seen, for whoever does not see it.
    #[must_use]
    pub fn description(&self) -> String {
        let mut text = format!("{}.", self.summary());
        for mark in &self.marks {
            let _ = write!(text, " {}.", told(mark));
        }
        if let Some(words) = self.ending.words() {
            let _ = write!(text, " The run: {words}.");
        }
        text
    }
}

/// What programs see that know no variables in styles: the light colours.
const COLOURS: [(&str, &str); 14] = [
    ("class=\"faint\"", "fill=\"#656d76\""),
    ("class=\"bad-text\"", "fill=\"#cf222e\""),
    ("class=\"on\"", "fill=\"#fff\""),
    ("class=\"end\"", "stroke=\"#cf222e\" stroke-width=\"2\""),
    ("class=\"idle\"", "fill=\"#f3f5f7\""),
    ("class=\"work\"", "fill=\"#2f6fb7\""),
    ("class=\"work2\"", "fill=\"#5b93d0\""),
    ("class=\"other\"", "fill=\"#2f8f5b\""),
    ("class=\"odd\"", "fill=\"#b7791f\""),
    ("class=\"bad\"", "fill=\"#cf222e\""),
    ("class=\"unfinished\"", "fill=\"none\" stroke=\"#cf222e\" stroke-dasharray=\"4 3\""),
    ("class=\"curve\"", "fill=\"#2f6fb7\" fill-opacity=\".35\""),
    ("class=\"\"", "fill=\"#1f2328\""),
    ("<line x1", "stroke=\"#d0d7de\""),
];

/// A drawing whose elements have their colours as attributes too: a style counts for more where it is understood. (Names are
/// escaped, and hold no such attribute.)
fn with_colours(body: &str) -> String {
    COLOURS.iter().fold(body.to_owned(), |body, (of, colours)| match of.strip_prefix('<') {
        Some(element) => body.replace(of, &format!("<{} {colours} {}", &element[..4], &element[5..])),
        None => body.replace(of, &format!("{of} {colours}")),
    })
}

struct Drawing<'a> {
    timeline: &'a Timeline,
    horizon: Ticks,
    y: u32,
    body: String,
}

impl Drawing<'_> {
    fn all(&mut self) {
        let timeline = self.timeline;
        self.text(8, 18, "", &timeline.summary());
        let (top, rows) = (self.y, u32::try_from(timeline.lanes.len()).unwrap_or(0));
        let bottom = top + ROW + rows * ROW;
        for tick in marked_ticks(self.horizon, 10) {
            let x = self.x(tick);
            let _ =
                writeln!(self.body, "<line x1=\"{x}\" x2=\"{x}\" y1=\"{}\" y2=\"{bottom}\"/>", top + ROW - 4);
            self.text(x, top + ROW - 8, "faint\" text-anchor=\"middle", &thousands(tick));
        }
        self.y = top + ROW;
        for (number, lane) in timeline.lanes.iter().enumerate() {
            self.lane(number, &lane.name);
        }
        if timeline.most_in_flight > 0 {
            self.in_flight();
        }
        if let Some(words) = timeline.ending.words() {
            let x = self.x(timeline.until);
            let _ = writeln!(
                self.body,
                "<line class=\"end\" x1=\"{x}\" x2=\"{x}\" y1=\"{}\" y2=\"{bottom}\"/>",
                top + ROW - 4
            );
            self.row("bad-text", words);
        }
        for mark in &timeline.marks {
            self.row("", &told(mark));
        }
        let left_out = timeline.left_out;
        if left_out.bars > 0 {
            let lanes = if timeline.event_loop { "row" } else { "thread" };
            let more = format!(
                "not drawn: {}, {} in all",
                count(left_out.bars, "more call"),
                count(left_out.lanes, lanes)
            );
            self.row("faint", &more);
        }
    }

    /// Where a tick is.
    fn x(&self, tick: Ticks) -> u32 {
        let across = u128::from(RIGHT - LEFT) * u128::from(tick.min(self.horizon)) / u128::from(self.horizon);
        LEFT + u32::try_from(across).unwrap_or(0)
    }

    fn lane(&mut self, number: usize, name: &str) {
        let y = self.y;
        self.text(LEFT - 8, y + 14, "\" text-anchor=\"end", &short(name));
        if !self.timeline.event_loop {
            for call in &self.timeline.calls {
                let (from, to) = (self.x(call.start), self.x(call.end.unwrap_or(self.horizon)));
                self.rect("idle", from, to, y + 2, ROW - 4, None);
            }
        }
        let bars = self.timeline.bars.iter().filter(|bar| bar.lane == number);
        bars.for_each(|bar| self.bar(bar));
        self.y += ROW;
    }

    fn bar(&mut self, bar: &Bar) {
        let (from, to) = (self.x(bar.start), self.x(bar.drawn_to(self.horizon)));
        // A gap to the next one.
        let to = (to.saturating_sub(1)).max(from + 1);
        let class = match bar.how {
            How::Panicked | How::Died => "bad",
            How::Unfinished => "unfinished",
            How::Dropped => "odd",
            How::Returned if bar.after_end => "bad",
            How::Returned if bar.kind > 0 => "other",
            How::Returned if bar.input.is_multiple_of(2) => "work",
            How::Returned => "work2",
        };
        let ended = match (bar.how, bar.end) {
            (How::Unfinished, _) | (_, None) => "does not end".to_owned(),
            (How::Panicked, Some(end)) => format!("panics at {}", thousands(end)),
            (How::Died, Some(end)) => format!("ends with its process at {}", thousands(end)),
            (How::Dropped, Some(end)) => format!("is dropped at {}", thousands(end)),
            (How::Returned, Some(end)) => format!("ends at {}", thousands(end)),
        };
        let after = if bar.after_end { ", after the call had ended" } else { "" };
        let function = self.timeline.function(bar.kind);
        let title = format!("{function} {}: starts at {}{after}, {ended}", bar.input, thousands(bar.start));
        self.rect(class, from, to, self.y + 2, ROW - 4, Some(&title));
        let label = self.timeline.label(bar);
        let room = to.max(self.x(self.timeline.room(bar))) - from;
        let width = u32::try_from(label.len()).unwrap_or(u32::MAX).saturating_mul(LETTER) + 4;
        if width <= room {
            let class = if bar.how == How::Unfinished || width > to - from { "" } else { "on" };
            self.text(from + 3, self.y + 14, class, &label);
        }
    }

    fn in_flight(&mut self) {
        let (timeline, bottom) = (self.timeline, self.y + 8 + CURVE);
        let most = u32::try_from(timeline.most_in_flight.max(1)).unwrap_or(u32::MAX);
        let height = |count: usize| {
            let count = u64::try_from(count).unwrap_or(0);
            u32::try_from(count * u64::from(CURVE) / u64::from(most)).unwrap_or(CURVE)
        };
        let mut path = format!("M{LEFT},{bottom}");
        for step in timeline.in_flight.iter().filter(|step| step.at <= self.horizon) {
            let _ = write!(path, "H{}V{}", self.x(step.at), bottom - height(step.count));
        }
        let _ = write!(path, "H{}V{bottom}Z", self.x(timeline.until));
        let _ = writeln!(self.body, "<path class=\"curve\" d=\"{path}\"/>");
        let _ = writeln!(self.body, "<line x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{bottom}\" y2=\"{bottom}\"/>");
        self.text(
            LEFT - 8,
            bottom - CURVE / 2 + 4,
            "\" text-anchor=\"end",
            &format!("in flight ≤ {}", timeline.most_in_flight),
        );
        self.y = bottom + 4;
    }

    fn row(&mut self, class: &str, text: &str) {
        self.text(8, self.y + 14, class, text);
        self.y += ROW;
    }

    /// `class` may go on with further attributes.
    fn text(&mut self, x: u32, y: u32, class: &str, text: &str) {
        let _ = writeln!(self.body, "<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{}</text>", escaped(text));
    }

    fn rect(&mut self, class: &str, from: u32, to: u32, y: u32, height: u32, title: Option<&str>) {
        let width = to.saturating_sub(from);
        let title = title.map(|title| format!("<title>{}</title>", escaped(title))).unwrap_or_default();
        let _ = writeln!(
            self.body,
            "<rect class=\"{class}\" x=\"{from}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"2\">{title}</rect>"
        );
    }
}

/// ``main waits forever in `IntoIter::next` at src/lib.rs:29 (3 threads)``.
fn told(mark: &super::Mark) -> String {
    let inside = mark.inside.as_ref().map(|inside| format!(" in {inside}")).unwrap_or_default();
    let place = mark.place.as_ref().map(|place| format!(" at {place}")).unwrap_or_default();
    let times =
        if mark.threads > 1 { format!(" ({})", count(mark.threads, "thread")) } else { String::new() };
    format!("{} {}{inside}{place}{times}", mark.thread, mark.what.words())
}

fn short(name: &str) -> String {
    let name = printable(name);
    if name.chars().count() <= NAME { name } else { name.chars().take(NAME - 1).chain(['…']).collect() }
}

/// For text and for attributes.
fn escaped(text: &str) -> String {
    let text = printable(&text.replace('\n', " "));
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
