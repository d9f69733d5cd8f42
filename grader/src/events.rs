//! What happens while a class is graded, as plain facts: schema `events/1`. Reporters tell it; the engine prints nothing.
//!
//! Events come in the order of what happens, which differs from run to run; there is no time in them.

use serde::Serialize;

use crate::record::Graded;
use crate::store::{Number, Origin, Place};

/// The name of this shape.
pub(crate) const SCHEMA: &str = "events/1";

/// Something that happened.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event<'a> {
    /// It is known what there is to do. The first event.
    Begin {
        schema: &'static str,
        /// The grading's number in the store; 1 where nothing is kept.
        grading: Number,
        hand_ins: usize,
        /// Exercises of hand-ins, in all.
        total: usize,
        /// How many of them have to be judged; the others share a result, or have one already.
        to_judge: usize,
    },
    /// The sources of a hand-in are being judged.
    Started {
        #[serde(flatten)]
        place: &'a Place,
    },
    /// The machine failed; it is tried again.
    Retried {
        #[serde(flatten)]
        place: &'a Place,
        /// The try that failed, of how many there are.
        attempt: u32,
        of: u32,
        trouble: &'a str,
    },
    /// It has a result, and that is in the store.
    Graded {
        #[serde(flatten)]
        place: &'a Place,
        origin: Origin,
        /// As in the document.
        result: &'a Graded,
    },
    /// The machine failed for good; the next grading tries again.
    Failed {
        #[serde(flatten)]
        place: &'a Place,
        /// As in the document, without a score.
        result: &'a Graded,
    },
    /// It was asked to stop. The last event.
    Stopped { left: usize },
    /// All is done. The last event.
    End { failed: usize },
}

/// Told what happens.
pub(crate) trait Observer {
    /// This has just happened.
    fn on(&mut self, event: &Event<'_>);
}
