//! How many calls of the work are in flight together.

use super::Policy;
use crate::run::Run;
use crate::scenario::Scenario;
use crate::suite::Finding;
use crate::words::count;

/// Never more than this many calls of a kind in flight, for each call of the student's function. A pass proves it for the
/// schedules that were played: the judge lets as many calls start as the program will start.
pub struct MostInFlight {
    /// The supplied function.
    pub kind: u16,
    /// The limit of each call; the last one stands for further calls.
    pub at_most: Vec<usize>,
    /// The name of the argument that sets it.
    pub argument: &'static str,
}

impl Policy for MostInFlight {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let over = run.calls.iter().enumerate().find_map(|(index, call)| {
            let at_most = self.at_most.get(index).or(self.at_most.last()).copied()?;
            let most = call.most_in_flight.get(&self.kind).copied().unwrap_or(0);
            (most > at_most).then_some((most, at_most))
        });
        let Some((most, at_most)) = over else { return Ok(()) };
        let argument = self.argument;
        let (cause, hint) = if most == at_most + 1 {
            (
                format!(
                    "one thread more than `{argument}` does work: often the calling thread, in addition to the others"
                ),
                "count every thread that calls the work, the calling thread too".to_owned(),
            )
        } else {
            (
                format!(
                    "the number of threads that do work does not come from `{argument}`: one for each input, or a pool of another size"
                ),
                format!("start exactly `{argument}` threads, and let each take one input after the other"),
            )
        };
        Err(Finding::fail(
            format!("at most {} in flight (`{argument}`)", count(at_most, "call")),
            format!("{} in flight together", count(most, "call")),
            cause,
            hint,
        ))
    }
}
