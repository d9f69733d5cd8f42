//! What every drawing of a timeline shares: how far time goes, where it is marked, what a bar is called.

use super::{Bar, Timeline};
use crate::scenario::Ticks;

/// How much longer than the calls of the student's function the picture may be: what was left behind may go on for a very
/// long time, and would make the rest too small to see.
const BEYOND: Ticks = 2;

impl Timeline {
    /// The last tick that is drawn, at least 1.
    pub(super) fn horizon(&self) -> Ticks {
        let calls =
            self.calls.iter().map(|call| call.end).try_fold(0, |last, end| end.map(|end| last.max(end)));
        let cut = calls.filter(|end| *end > 0).map_or(self.until, |end| self.until.min(end * BEYOND));
        cut.max(1)
    }

    /// Round ticks to mark, from 0 on, at most `room` of them: a multiple of 1, 2 or 5 with noughts.
    pub(super) fn marked_ticks(&self, room: u64) -> Vec<Ticks> {
        marked_ticks(self.horizon(), room)
    }
}

/// The same up to a given tick.
pub(super) fn marked_ticks(horizon: Ticks, room: u64) -> Vec<Ticks> {
    let mut step = 1;
    for factor in [2, 5, 10].iter().cycle() {
        if horizon / step < room.max(2) {
            break;
        }
        // 1, 2, 5, 10, 20, 50, …
        let power = 10_u64.pow(step.ilog10());
        step = power.saturating_mul(*factor);
    }
    (0..=horizon / step).map(|mark| mark * step).collect()
}

impl Timeline {
    /// What stands on a bar: its input's place, or the operation's name; with a `!` where it started after the end of its call.
    pub(super) fn label(&self, bar: &Bar) -> String {
        let late = if bar.after_end { "!" } else { "" };
        match bar.kind {
            Bar::WAKE_UP => "!".to_owned(),
            kind if bar.operation => format!("{}{late}", self.function(kind)),
            _ => format!("{}{late}", bar.input),
        }
    }

    /// Up to where what stands on a bar may reach: an operation that takes no time is named, too, where nothing follows it at once.
    pub(super) fn room(&self, bar: &Bar) -> Ticks {
        let own = bar.drawn_to(self.horizon());
        if !bar.operation {
            return own;
        }
        let later = self
            .bars
            .iter()
            .filter(|other| other.lane == bar.lane && other.start >= own && other.start > bar.start);
        later.map(|other| other.start).min().unwrap_or(self.horizon())
    }
}

impl Bar {
    /// Its end in a picture that ends at `horizon`.
    pub(super) fn drawn_to(&self, horizon: Ticks) -> Ticks {
        self.end.unwrap_or(horizon).min(horizon)
    }
}
