//! Tells what goes on: on a terminal, as lines in a log, as JSON lines. Everything but the last goes to standard error.

mod jsonl;
mod lines;
mod tally;
mod terminal;

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use crate::events::{Event, Observer};
pub(crate) use jsonl::JsonLines;
use lines::Lines;
use terminal::Terminal;

/// How a grading's progress is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Telling {
    /// Bars on a terminal; elsewhere a line every half a minute
    Auto,
    /// A line for each result
    Lines,
    /// Nothing
    None,
}

/// Who tells it. Dropped, it leaves the terminal as it was.
pub(crate) fn reporter(telling: Telling) -> Box<dyn Observer> {
    match telling {
        Telling::Auto if std::io::stderr().is_terminal() => Box::new(Terminal::new()),
        Telling::Auto => Box::new(Lines::now_and_then()),
        Telling::Lines => Box::new(Lines::each()),
        Telling::None => Box::new(Silent),
    }
}

/// Tells both.
pub(crate) struct Both<'a>(pub(crate) &'a mut dyn Observer, pub(crate) &'a mut dyn Observer);

impl Observer for Both<'_> {
    fn on(&mut self, event: &Event<'_>) {
        self.0.on(event);
        self.1.on(event);
    }
}

struct Silent;

impl Observer for Silent {
    fn on(&mut self, _event: &Event<'_>) {}
}

/// A bar that counts what is done and names what was taken up last, on a terminal; nothing elsewhere.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar for this many steps. It draws only where standard error is a terminal.
    pub(crate) fn new(steps: usize) -> Self {
        let bar = ProgressBar::new(steps as u64);
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {eta} left  {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self(bar)
    }

    /// One step is being taken.
    pub(crate) fn at(&self, what: String) {
        self.0.set_message(what);
    }

    /// One step is done.
    pub(crate) fn done(&self) {
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
