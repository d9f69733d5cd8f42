//! The picture of a run, as plain data: which thread worked which input when, how much was in flight, and who waits where.
//!
//! [`Timeline::of`] makes it from the record of a run; [`text`], [`svg`] and [`perfetto`] draw it. It owns all that it says
//! and can be written down and read back, so a report may draw it long after the run.
//!
//! Invariant: its size is bounded, whatever the run did; what was left out is counted in [`LeftOut`]. Figures
//! ([`Timeline::makespan`], [`Timeline::work`], [`Timeline::most_in_flight`]) are of the whole run.
//! Invariant: names and messages in it may be a student's own. Whoever draws them makes them harmless.

mod axis;
mod of;
pub mod perfetto;
pub mod svg;
pub mod text;

#[cfg(test)]
mod examples;

use serde::{Deserialize, Serialize};

use crate::scenario::Ticks;

/// The most lanes that are kept.
pub const LANES_KEPT: usize = 64;
/// The most bars that are kept.
pub const BARS_KEPT: usize = 300;
/// The most steps of [`Timeline::in_flight`] that are kept.
pub const STEPS_KEPT: usize = 512;
/// The most calls of the student's function, and the most marks, that are kept.
pub const CALLS_KEPT: usize = 16;

/// The picture of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Whether everything ran on an event loop: then a lane is no thread but a place in which one call follows another.
    pub event_loop: bool,
    /// What the supplied functions are called, by [`Bar::kind`]; empty where nobody said ([`Timeline::named`]).
    pub supplied: Vec<String>,
    /// From top to bottom.
    pub lanes: Vec<Lane>,
    /// The calls of the supplied work, by lane and then by start.
    pub bars: Vec<Bar>,
    /// The calls of the student's function.
    pub calls: Vec<Span>,
    /// The last tick of which anything is known.
    pub until: Ticks,
    /// From the start of the first call of the student's function to the end of the last; `None` where one did not end.
    pub makespan: Option<Ticks>,
    /// The ticks of all calls of the supplied work together, one after the other; without callbacks on the calling thread.
    pub work: Ticks,
    /// The most calls of the supplied work that were in flight together; without callbacks on the calling thread.
    pub most_in_flight: usize,
    /// How many were in flight from which tick on; each differs from the one before. Of more than [`STEPS_KEPT`], the highest
    /// of each stretch of time.
    pub in_flight: Vec<Step>,
    /// How the run ended.
    pub ending: Ending,
    /// Threads that wait, or do not wait, as they should.
    pub marks: Vec<Mark>,
    /// What would have been too much.
    pub left_out: LeftOut,
}

/// One thread, or one place on an event loop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// `main`, the thread's own name, `thread 3`; on an event loop a number.
    pub name: String,
}

/// One call of the supplied work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// Where it is drawn (index into [`Timeline::lanes`]).
    pub lane: usize,
    /// Which call of the student's function made it, from 0.
    pub call: usize,
    /// Which of the supplied functions it is (02 has two).
    pub kind: u16,
    /// The input's place in its call, from 0.
    pub input: u64,
    /// The tick at which it started.
    pub start: Ticks,
    /// The tick at which it ended; `None` where it did not.
    pub end: Option<Ticks>,
    /// How it ended.
    pub how: How,
    /// Whether it started after its call of the student's function had ended.
    pub after_end: bool,
    /// Whether it is no call of the supplied work but what a driver did: an operation, from when it was called to when it came back.
    #[serde(default)]
    pub operation: bool,
}

impl Bar {
    /// In place of [`Bar::kind`] where a driver, in the middle of an operation, was woken for nothing.
    const WAKE_UP: u16 = u16::MAX;
}

/// How a call of the supplied work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It returned.
    Returned,
    /// It panicked, as the judge made it.
    Panicked,
    /// Its future was dropped before its end.
    Dropped,
    /// Its process ended: because of it, as the judge made it, or before it did.
    Died,
    /// It was still in progress when the run ended.
    Unfinished,
}

/// One call of the student's function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The tick at which it was made.
    pub start: Ticks,
    /// The tick at which it ended; `None` where it did not.
    pub end: Option<Ticks>,
    /// Whether it ended by a panic.
    pub panicked: bool,
    /// Whether it was a future that the judge dropped before its end.
    pub dropped: bool,
}

/// From a tick on so many calls were in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// From when on.
    pub at: Ticks,
    /// How many.
    pub count: usize,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Every call of the student's function ended.
    Finished,
    /// The process ended by itself.
    Exited,
    /// It can never go on.
    Deadlock,
    /// Nothing goes on but sleeps and timers.
    StandsStill,
    /// A thread runs on without an end.
    Endless,
    /// The run was broken off for another reason.
    BrokenOff,
}

impl Ending {
    /// What stands at the end of the picture; `None` where all is well.
    #[must_use]
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::Finished => None,
            Self::Exited => Some("the process ends itself here"),
            Self::Deadlock => Some("deadlock: from here on nothing can go on"),
            Self::StandsStill => Some("from here on nothing goes on but sleeps and timers"),
            Self::Endless => Some("from here on threads only burn CPU time"),
            Self::BrokenOff => Some("the run was broken off here"),
        }
    }
}

/// A thread that does not wait as it should, or waits for what never comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// What it does.
    pub what: What,
    /// Its name.
    pub thread: String,
    /// How many threads do the same at the same place.
    pub threads: usize,
    /// The library's function that it is in: `Receiver::recv`.
    pub inside: Option<String>,
    /// The student's line: `src/lib.rs:29`.
    pub place: Option<String>,
}

/// What a marked thread does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It waits for what never comes.
    WaitsForEver,
    /// It sleeps for a fixed time while there is something to do.
    Sleeps,
    /// It wakes, finds nothing, and sleeps again, without end.
    Polls,
    /// It burns CPU time instead of waiting.
    Spins,
    /// It blocks the event loop.
    Blocks,
}

impl What {
    /// As a verb for one thread.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::WaitsForEver => "waits forever",
            Self::Sleeps => "sleeps for a fixed time",
            Self::Polls => "wakes and sleeps without end",
            Self::Spins => "burns CPU time",
            Self::Blocks => "blocks the event loop",
        }
    }
}

/// How much of a run is not in its picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Lanes.
    pub lanes: usize,
    /// Bars, those of the lanes included.
    pub bars: usize,
    /// Calls of the student's function.
    pub calls: usize,
    /// Marks.
    pub marks: usize,
}

impl Timeline {
    /// The same, with what the supplied functions are called, by kind.
    #[must_use]
    pub fn named<T: ToString>(mut self, supplied: impl IntoIterator<Item = T>) -> Self {
        self.supplied = supplied.into_iter().map(|name| name.to_string()).collect();
        self
    }

    /// Whether no work was started at all: there is nothing to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bars.is_empty()
    }

    /// What a supplied function is called.
    fn function(&self, kind: u16) -> &str {
        if kind == Bar::WAKE_UP {
            return "wakes up for nothing";
        }
        self.supplied.get(usize::from(kind)).map_or("work", String::as_str)
    }

    /// The same in a sentence: `120 ticks, a speedup of 1.00: at most 1 call in flight, on 4 threads`.
    #[must_use]
    pub fn summary(&self) -> String {
        use crate::words::{count, ratio, thousands};
        let time = match self.makespan {
            Some(makespan)
                if makespan > 0 && self.calls.iter().all(|call| !call.panicked && !call.dropped) =>
            {
                format!("{} ticks, a speedup of {}", thousands(makespan), ratio(self.work, makespan))
            }
            Some(makespan) => format!("{} ticks", thousands(makespan)),
            None => format!("{} ticks so far", thousands(self.until)),
        };
        let lanes = self.lanes.len() + self.left_out.lanes;
        let place = if self.event_loop {
            "on one event loop".to_owned()
        } else {
            format!("on {}", count(lanes, "thread"))
        };
        if self.most_in_flight == 0 && self.bars.iter().any(|bar| bar.operation) {
            return format!("{}, {place}", count_ticks(self.makespan, self.until));
        }
        format!("{time}: at most {} in flight, {place}", count(self.most_in_flight, "call"))
    }
}

fn count_ticks(makespan: Option<Ticks>, until: Ticks) -> String {
    let so_far = if makespan.is_none() { " so far" } else { "" };
    format!("{} ticks{so_far}", crate::words::thousands(makespan.unwrap_or(until)))
}
