//! Judging policies: each looks at the record of a run for one promise, and says what it found.
//!
//! One short file each. A policy fails only on proof, and says in its documentation what a pass does not prove.

mod alone;
mod delivery;
mod dropped;
pub mod ending;
mod event_loop;
mod growth;
mod in_flight;
pub mod interleavings;
mod makespan;
mod outcome;
mod overlap;
mod panics;
mod places;
mod places_used;
mod processes;
pub mod replay;
mod results;
mod returned;
mod runaway;
mod threads;
pub mod waiting;
mod work;

use crate::run::Run;
use crate::scenario::Scenario;
use crate::suite::Finding;

pub use alone::EachCallAlone;
pub use delivery::{DeliveredAsEnded, DeliveredAtOnce, EachDelivered, Queue};
pub use dropped::StopsWhenDropped;
pub use event_loop::EventLoopFree;
pub use growth::GrowsLinearly;
pub use in_flight::MostInFlight;
pub use interleavings::AnyInterleaving;
pub use makespan::Makespan;
pub use outcome::Returns;
pub use overlap::{AllTogether, KeepsBusy};
pub use panics::{PanicReachesCaller, PanicStaysInItsCall, PanicsNaming};
pub use places::{Limit, Over, Places, WithinPlaces};
pub use places_used::{Idle, Ready, UsesPlaces, never_started};
pub use processes::{InWorkers, NothingLeftOfProcesses};
pub use replay::{Replay, ToldBySteps};
pub use results::{AllResults, CALL_KEYS, ResultsInOrder};
pub use returned::{Expected, ReturnsExactly};
pub use threads::{OnCaller, OwnThreads};
pub use waiting::{NeverPolls, WaitsAsleep};
pub use work::{EachOnce, NoneTwice, NothingLeft};

/// One promise, judged on the record of a run that came to an end.
pub trait Policy: Send + Sync {
    /// Judges a run of this scenario.
    ///
    /// # Errors
    /// What was found, where the promise is broken.
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding>;

    /// Words what [`ending`] found of a run that did not come to an end, in the terms of this promise. The status stays.
    fn word_end(&self, finding: Finding, _run: &Run) -> Finding {
        finding
    }

    /// What a run that satisfies it says nothing of, and why, where that is not the same for all.
    fn remark(&self, _run: &Run) -> Option<String> {
        None
    }

    /// Whether a run that does not come to an end, by whatever it does, says nothing about the promise.
    fn leaves_the_end_open(&self) -> bool {
        false
    }
}
