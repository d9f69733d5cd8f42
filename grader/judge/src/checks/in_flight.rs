//! How many calls of the work are in flight together.

use super::{Policy, makespan, results};
use crate::run::{Run, WorkRecord};
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
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let over = run.calls.iter().enumerate().find_map(|(index, call)| {
            let at_most = self.at_most.get(index).or(self.at_most.last()).copied()?;
            let most = call.most_in_flight.get(&self.kind).copied().unwrap_or(0);
            (most > at_most).then_some((index, most, at_most))
        });
        let Some((call, most, at_most)) = over else { return Ok(()) };
        let inputs = results::keys_of(self.kind, scenario, call).count();
        let argument = self.argument;
        let of_call = |work: &&WorkRecord| work.call == call && work.work.kind == self.kind;
        let works: Vec<&WorkRecord> = run.works.iter().filter(of_call).collect();
        let (cause, hint) = if makespan::begins_with_pieces(&works, run.calls[call].start, at_most) {
            makespan::pieces()
        } else {
            self.why(most, at_most, inputs, run.event_loop)
        };
        let panicked = run.work_panicked(call) && run.calls[call].returned().is_none();
        Err(Finding::fail(
            format!("at most {} in flight (`{argument}`)", count(at_most, "call")),
            format!(
                "{} in flight together{}",
                count(most, "call"),
                if panicked { "; the panic itself reached the caller" } else { "" }
            ),
            cause,
            hint,
        ))
    }
}

impl MostInFlight {
    /// Why `most` of `inputs` were in flight where `at_most` may be, and what to try.
    fn why(&self, most: usize, at_most: usize, inputs: usize, event_loop: bool) -> (String, String) {
        let argument = self.argument;
        if most == at_most + 1 && most < inputs {
            let who = if event_loop { "" } else { "the calling thread works in addition to the others, or " };
            (
                format!("one more than `{argument}`: {who}a count is compared with `>` where `>=` belongs"),
                format!("count whatever calls the work, and let nobody in while `{argument}` are at it"),
            )
        } else if most >= inputs && event_loop {
            (
                "nothing holds them back: the limit is not looked at, each has a semaphore of its own, or a permit is given back \
                 before the work is done (`let _ = …acquire()` drops it at once; around the making of a future it covers nothing)"
                    .to_owned(),
                "one semaphore for all, and in each future a permit with a name (`let _permit = …`) that lives through the \
                 `.await` of the work"
                    .to_owned(),
            )
        } else if most >= inputs {
            (
                format!(
                    "nothing holds them back: there is a thread for each input, whatever `{argument}` says, or a permit is dropped at \
                     once (`let _ = …`)"
                ),
                format!("start exactly `{argument}` threads, and let each take one input after the other"),
            )
        } else {
            let (what, start) = if event_loop {
                ("the limit that holds", "places")
            } else {
                ("the number of threads that do work", "threads")
            };
            (
                format!(
                    "{what} does not come from `{argument}` of this call: a pool of another size, or the one of an earlier call"
                ),
                format!("make exactly `{argument}` {start} in each call"),
            )
        }
    }
}
