//! Plays a small program of an object in many interleavings, and writes down what happened in each.
//!
//! The controller is the first thread of a schedule: it makes the object, and starts the rows of one moment after the other, each once
//! nobody else can go on. A row is a thread of its own. What happens is written down as it happens, outside of what is scheduled.
//!
//! Invariant: seeds and counts of steps decide everything here, and no clock does.

mod choices;
mod control;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use judge::interleavings::{Event, Explored, Moment, Play, Stopped};
use judge::steps::Op;
use judge::wire::{Payload, Request};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

use choices::Choices;
use control::Control;
pub use control::give_up;
pub(crate) use control::{clock, clock_is_at_least};

/// A time limit that is no shorter never runs out: whoever waits for so long waits for the event.
const LONG: Duration = Duration::from_secs(10);

/// For panics that are written down, and the tables that the compiler makes of an unoptimised answer.
const STACK: usize = 512 << 10;

/// Plays what is asked for. `program` makes the object with the setup, and has the [`Stage`] play its operations.
#[must_use]
pub fn explore(request: &Request, program: fn(&Stage, &[u64])) -> Payload {
    let explored = Play::read(&request.input).map_or_else(
        // The judge asks for what can be played.
        || Explored::not(Stopped::NotCompiled),
        |play| played(play, program),
    );
    explored.payload()
}

fn played(play: Play, program: fn(&Stage, &[u64])) -> Explored {
    let control = Arc::new(Control::default());
    control::take_charge(&control);
    let choices = Choices::new(play.seed, play.schedules, Arc::clone(&control));
    let stage = Stage { control: Arc::clone(&control), moments: play.moments };
    let mut config = Config::new();
    config.stack_size = STACK;
    config.failure_persistence = FailurePersistence::None;
    // The scheduler counts for itself.
    config.max_steps = MaxSteps::None;
    config.silence_warnings = true;
    let all = || Runner::new(choices, config).run(move || program(&stage, &play.setup));
    if catch_unwind(AssertUnwindSafe(all)).is_err() {
        control.stop(Stopped::LosesAThread);
    }
    control.explored()
}

/// Where the operations of a program are played.
pub struct Stage {
    control: Arc<Control>,
    moments: Vec<Moment>,
}

impl Stage {
    /// Plays all moments; `hands` does an operation for a driver, and tells its result. It does not return where somebody waits forever.
    pub fn play(&self, hands: impl Fn(u16, &[u64]) -> Vec<u64> + Sync) {
        let (control, hands) = (&self.control, &hands);
        shuttle::thread::scope(|scope| {
            for moment in &self.moments {
                if moment.iter().any(|(driver, _)| control.is_busy(*driver)) {
                    break;
                }
                for (driver, row) in moment {
                    control.begins(*driver);
                    scope.spawn(move || in_a_row(control, *driver, row, hands));
                }
                control.rest();
            }
            if control.somebody_waits() {
                control.end();
            }
        });
    }
}

fn in_a_row(control: &Control, driver: u16, row: &[Op], hands: &impl Fn(u16, &[u64]) -> Vec<u64>) {
    for op in row {
        // Between two operations of a driver others have their turn.
        shuttle::thread::sleep(Duration::ZERO);
        control.happens(Event::Called(driver));
        match catch_unwind(AssertUnwindSafe(|| hands(driver, op))) {
            Ok(gave) => control.happens(Event::Back(driver, gave)),
            Err(_) => give_up(Stopped::Panics),
        }
    }
    control.is_done(driver);
}

/// Whether a time limit never runs out here.
pub(crate) fn is_long(limit: Duration) -> bool {
    limit >= LONG
}
