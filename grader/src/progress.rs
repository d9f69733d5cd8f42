//! Progress on a terminal, on standard error; nothing elsewhere.

use indicatif::{ProgressBar, ProgressStyle};

use crate::grade::Observer;
use crate::intake::HandIn;
use crate::kit::Exercise;
use crate::record::Graded;

/// A bar that counts what is done and names what was taken up last.
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

impl Observer for Progress {
    fn started(&self, hand_in: &HandIn, exercise: &Exercise) {
        self.at(format!("{} {}", hand_in.id, exercise.slug()));
    }

    fn ended(&self, _hand_in: &HandIn, _graded: &Graded) {
        self.done();
    }
}
