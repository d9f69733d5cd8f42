//! A timeline as text: threads down, ticks across, each call a bar that begins with its input's number.
//!
//! ```text
//! timeline  ├0────────┼10───────┼20───────┼30───────┼40───────┼50───────┤60
//! thread 1  0━━━━━━━━━····················2━━━━━━━━━····················
//! thread 2  ··········1━━━━━━━━━····················3━━━━━━━━━··········
//! in flight 111111111111111111111111111111111111111111111111111111111111
//! ```

mod canvas;

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{Bar, Ending, How, Timeline, What};
use crate::scenario::Ticks;
use crate::words::{count, printable, thousands};
use canvas::{Canvas, Paint};

/// Lanes that are drawn where there are more: so many of the first and of the last.
const LANES: (usize, usize) = (11, 3);
/// Columns of the names, a space included: at least and at most.
const GUTTER: (usize, usize) = (10, 17);

impl Timeline {
    /// The picture in lines of at most `width` columns (40 at least), with colours as a terminal knows them or without.
    #[must_use]
    pub fn text(&self, width: usize, colours: bool) -> String {
        Drawing::new(self, width.max(40), colours).all()
    }
}

struct Drawing<'a> {
    timeline: &'a Timeline,
    width: usize,
    gutter: usize,
    /// Columns of the time.
    cells: usize,
    horizon: Ticks,
    colours: bool,
    page: String,
}

impl<'a> Drawing<'a> {
    fn new(timeline: &'a Timeline, width: usize, colours: bool) -> Self {
        let longest = timeline
            .lanes
            .iter()
            .map(|lane| shown(&lane.name, GUTTER.1).chars().count() + 1)
            .max()
            .unwrap_or(0);
        let gutter = longest.clamp(GUTTER.0, GUTTER.1.min(width / 4));
        let horizon = timeline.horizon();
        // The last tick stands behind the axis.
        let cells = width - gutter - thousands(horizon).len() - 1;
        Self { timeline, width, gutter, cells, horizon, colours, page: String::new() }
    }

    fn all(mut self) -> String {
        if !self.timeline.is_empty() {
            self.axis();
            self.calls();
            self.lanes();
            if self.timeline.most_in_flight > 0 {
                self.in_flight();
            }
            self.legend();
        }
        self.ending();
        self.page
    }

    /// The column at which a tick is drawn.
    fn column(&self, tick: Ticks) -> usize {
        let (tick, cells) = (u128::from(tick.min(self.horizon)), self.cells as u128);
        let column = (2 * tick * cells + u128::from(self.horizon)) / (2 * u128::from(self.horizon));
        usize::try_from(column).unwrap_or(self.cells)
    }

    fn axis(&mut self) {
        let mut line: Vec<char> = vec!['─'; self.cells];
        let room = (self.cells / (thousands(self.horizon).len() + 5)) as u64;
        for (place, tick) in self.timeline.marked_ticks(room).into_iter().enumerate() {
            let column = self.column(tick);
            let label: Vec<char> = thousands(tick).chars().collect();
            // Not where the last one would touch the end.
            if column + label.len() + 1 < self.cells {
                line[column] = if place == 0 { '├' } else { '┼' };
                line[column + 1..=column + label.len()].copy_from_slice(&label);
            }
        }
        let line: String = line.into_iter().collect();
        let line = Paint::Faint.on(&format!("{line}┤{}", thousands(self.horizon)), self.colours);
        self.named("timeline", &line);
    }

    /// The student's calls, where more is to be told of them than that there was one, from the first tick to the last.
    fn calls(&mut self) {
        let timeline = self.timeline;
        let plain = |call: &super::Span| !call.panicked && !call.dropped && call.end == Some(timeline.until);
        if let [call] = timeline.calls.as_slice()
            && (plain(call) || call.end.is_none())
        {
            return;
        }
        for (number, call) in timeline.calls.iter().enumerate() {
            let name =
                if timeline.calls.len() == 1 { "call".to_owned() } else { format!("call {}", number + 1) };
            let (from, to) = (self.column(call.start), self.column(call.end.unwrap_or(self.horizon)));
            let mut canvas = Canvas::new(self.cells);
            canvas.fill(from, to, '─', Paint::Faint);
            canvas.set(from, '├', Paint::Faint);
            let (end, paint, words) = match call.end {
                None => ('…', Paint::Bad, " does not end"),
                Some(_) if call.panicked => ('✗', Paint::Bad, " panics"),
                Some(_) if call.dropped => ('⊘', Paint::Odd, " is dropped"),
                Some(_) => ('┤', Paint::Faint, " returns"),
            };
            let to = to.max(from + 1).min(self.cells) - 1;
            canvas.set(to, end, paint);
            canvas.write(to + 1, words, paint);
            let line = canvas.line(self.colours);
            self.named(&name, &line);
        }
    }

    fn lanes(&mut self) {
        let (lanes, bars) = (&self.timeline.lanes, &self.timeline.bars);
        let (first, last) = LANES;
        let hidden = if lanes.len() > first + last + 2 { first..lanes.len() - last } else { 0..0 };
        for (number, lane) in lanes.iter().enumerate() {
            if hidden.contains(&number) {
                if number == hidden.start {
                    let what = if self.timeline.event_loop { "row" } else { "thread" };
                    self.named(
                        "⋮",
                        &Paint::Faint.on(&format!("{} more", count(hidden.len(), what)), self.colours),
                    );
                }
                continue;
            }
            let canvas = self.lane(bars.iter().filter(|bar| bar.lane == number));
            let line = canvas.line(self.colours);
            self.named(&self.shown(&lane.name), &line);
        }
        let left_out = self.timeline.left_out;
        if left_out.bars > 0 {
            let more =
                format!("{} more on {} more", count(left_out.bars, "call"), count(left_out.lanes, "thread"));
            let more = if left_out.lanes == 0 || self.timeline.event_loop {
                count(left_out.bars, "more call")
            } else {
                more
            };
            self.wrapped(Some(""), &format!("not drawn: {more}"));
        }
    }

    fn lane(&self, bars: impl Iterator<Item = &'a Bar> + Clone) -> Canvas {
        let mut canvas = Canvas::new(self.cells);
        if !self.timeline.event_loop {
            // A thread that does nothing during a call is idle; a place on an event loop is nothing that could be.
            for call in &self.timeline.calls {
                let to = self.column(call.end.unwrap_or(self.horizon));
                canvas.fill(self.column(call.start), to, '·', Paint::Faint);
            }
        }
        for bar in bars {
            self.bar(&mut canvas, bar);
        }
        canvas
    }

    fn bar(&self, canvas: &mut Canvas, bar: &Bar) {
        if bar.start > self.horizon {
            return;
        }
        let from = self.column(bar.start).min(self.cells - 1);
        let to = self.column(bar.drawn_to(self.horizon)).max(from + 1);
        let (line, paint) = look(bar);
        canvas.fill(from, to, line, paint);
        let label = self.timeline.label(bar);
        if bar.operation {
            let room = self.column(self.timeline.room(bar)).max(to) - from;
            canvas.write(from, &label.chars().take(room).collect::<String>(), paint);
            return end_of(canvas, bar, to, paint);
        }
        // A number needs a bar that is longer: two that touch would read as one. One digit may stand for a whole cell.
        let whole = u128::from(bar.drawn_to(self.horizon) - bar.start) * self.cells as u128
            >= u128::from(self.horizon);
        if to - from > label.len() || (label.len() == 1 && whole) {
            canvas.write(from, &label, paint);
        } else if to - from > 1 {
            canvas.set(from, '╺', paint);
        }
        end_of(canvas, bar, to, paint);
    }

    /// For each cell how many were in flight on average: a digit, or where there were ten and more a block of that height.
    fn in_flight(&mut self) {
        let most = self.timeline.most_in_flight;
        let cell = |cell: usize| {
            let bounds = |cell: usize| cell as u128 * u128::from(self.horizon);
            // In parts of a tick, so that nothing is rounded.
            let (from, to, unit) = (bounds(cell), bounds(cell + 1), self.cells as u128);
            let steps = &self.timeline.in_flight;
            let ends = steps.iter().skip(1).map(|step| u128::from(step.at) * unit).chain([u128::MAX]);
            let area = steps.iter().zip(ends).map(|(step, end)| {
                let (start, end) = ((u128::from(step.at) * unit).max(from), end.min(to));
                end.saturating_sub(start) * step.count as u128
            });
            let area: u128 = area.sum();
            let average = (2 * area + (to - from)) / (2 * (to - from));
            let average = usize::try_from(average).unwrap_or(most).max(usize::from(area > 0));
            match average {
                0 => '·',
                _ if most > 9 => {
                    ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'][(average * 8).div_ceil(most).clamp(1, 8) - 1]
                }
                digit => char::from_digit(u32::try_from(digit).unwrap_or(9), 10).unwrap_or('9'),
            }
        };
        let line: String = (0..self.cells).map(cell).collect();
        let mut line = Paint::Strong.on(&line, self.colours);
        if most > 9 {
            let _ = write!(line, " █ {most}");
        }
        self.named("in flight", &line);
    }

    /// What the signs mean, of those that are there.
    fn legend(&mut self) {
        let (timeline, mut said) = (self.timeline, Vec::new());
        let numbered = timeline.bars.iter().filter(|bar| !bar.operation);
        let kinds: BTreeSet<u16> = numbered.map(|bar| bar.kind).collect();
        if kinds.len() > 1 {
            let function = |kind: &u16| format!("{} {}", line_of(*kind), timeline.function(*kind));
            said.extend(kinds.iter().map(function));
        }
        let has = |how: How| timeline.bars.iter().any(|bar| bar.how == how);
        let woken = timeline.bars.iter().any(|bar| bar.kind == Bar::WAKE_UP);
        said.extend(woken.then(|| "! wakes up for nothing".to_owned()));
        said.extend(has(How::Panicked).then(|| "✗ panics".to_owned()));
        said.extend(has(How::Died).then(|| "✝ ends with its process".to_owned()));
        said.extend(has(How::Dropped).then(|| "⊘ is dropped".to_owned()));
        said.extend(has(How::Unfinished).then(|| "… does not end".to_owned()));
        said.extend(
            timeline
                .bars
                .iter()
                .any(|bar| bar.after_end)
                .then(|| "! starts after the call has ended".to_owned()),
        );
        if !said.is_empty() {
            let said = Paint::Faint.on(&said.join("   "), self.colours);
            self.wrapped(Some(""), &said);
        }
    }

    fn ending(&mut self) {
        if let Some(words) = self.timeline.ending.words() {
            let paint = if self.timeline.ending == Ending::BrokenOff { Paint::Odd } else { Paint::Bad };
            let text = paint.on(&format!("■ {words}"), self.colours);
            self.wrapped((!self.timeline.is_empty()).then_some(""), &text);
        }
        for mark in &self.timeline.marks {
            let inside = mark.inside.as_ref().map(|inside| format!(" in `{inside}`")).unwrap_or_default();
            let place = mark.place.as_ref().map(|place| format!(" at {place}")).unwrap_or_default();
            let times = if mark.threads > 1 {
                format!(" ({})", count(mark.threads, "thread"))
            } else {
                String::new()
            };
            let what = if mark.what == What::WaitsForEver { "⏸ waits forever" } else { mark.what.words() };
            self.wrapped(
                Some(&self.shown(&mark.thread)),
                &printable(&format!("{what}{inside}{place}{times}")),
            );
        }
    }

    fn shown(&self, name: &str) -> String {
        shown(name, self.gutter)
    }

    fn named(&mut self, name: &str, line: &str) {
        let _ = writeln!(self.page, "{name:<gutter$}{}", line.trim_end(), gutter = self.gutter);
    }

    /// A text that may take several lines: beside a name, or from the first column on.
    fn wrapped(&mut self, name: Option<&str>, text: &str) {
        let gutter = name.map(|name| format!("{name:<width$}", width = self.gutter)).unwrap_or_default();
        let under = " ".repeat(gutter.chars().count());
        // A path is opened whole: no break at its hyphens.
        let options = textwrap::Options::new(self.width)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .initial_indent(&gutter)
            .subsequent_indent(&under);
        self.page.push_str(&textwrap::fill(text, options));
        self.page.push('\n');
    }
}

/// Draws how a bar ended, where it did not simply return.
fn end_of(canvas: &mut Canvas, bar: &Bar, to: usize, paint: Paint) {
    let end = match bar.how {
        How::Returned => return,
        How::Panicked => '✗',
        How::Died => '✝',
        How::Dropped => '⊘',
        How::Unfinished => '…',
    };
    canvas.set(to - 1, end, paint);
}

/// The sign that a bar consists of.
fn line_of(kind: u16) -> char {
    if kind == 0 { '━' } else { '═' }
}

fn look(bar: &Bar) -> (char, Paint) {
    let line = if bar.how == How::Unfinished { '┅' } else { line_of(bar.kind) };
    let paint = match bar.how {
        How::Panicked | How::Died | How::Unfinished => Paint::Bad,
        How::Dropped => Paint::Odd,
        How::Returned if bar.after_end => Paint::Bad,
        How::Returned if bar.kind > 0 => Paint::Other,
        How::Returned => Paint::Work { even: bar.input.is_multiple_of(2) },
    };
    (line, paint)
}

/// A name as it is shown in so many columns: harmless, and with a space behind it.
fn shown(name: &str, columns: usize) -> String {
    let name = printable(&name.replace('\n', " "));
    if name.chars().count() < columns {
        name
    } else {
        name.chars().take(columns - 2).chain(['…']).collect()
    }
}
