//! Waiting sleeps until the event.

use std::time::Duration;

use super::ending::each_once;
use super::{Policy, ending};
use crate::engine::LATE;
use crate::run::{Pause, Run};
use crate::scenario::Scenario;
use crate::suite::{Finding, Status};
use crate::words::{count, list};

/// No thread busy-waits or sleeps for a long fixed time while work is in flight, and no pauses of more than 10 ms keep work from
/// starting for over 100 ms in all. Short polling passes. A pass does not prove that there is no such wait in a schedule that was
/// not played.
pub struct WaitsAsleep;

const BUSY_WAITING: &str = "busy-waiting: a loop asks again and again whether something has changed (`spin_loop` and `yield_now` do not make it \
     wait), and takes the CPU from threads that have work to do";
const WAIT_ASLEEP: &str = "wait asleep: join the thread, receive from a channel, or wait on a `Condvar`";

const A_PAUSE: &str = "a pause keeps the work away: threads are started one after the other with a sleep in between, more are added only when \
     some time has passed, or each rests before it takes an input";
const NO_PAUSE: &str = "start all threads at once, and let each take its next input as soon as it is free (whoever polls may sleep for up \
     to 10 ms)";

/// Pauses that are a habit: one alone may have been for something else.
const SEVERAL: usize = 2;

/// Where threads busy-wait, the clock moves on without them, and where work can't run in the runtime that it finds itself in, nothing
/// comes of it: whatever else is wrong with the run may come from that, and is not to be explained by anything else.
pub fn overshadow(finding: &mut Finding, run: &Run) {
    let (cause, hint) = if !run.waiting.spinning.is_empty() {
        (BUSY_WAITING, WAIT_ASLEEP)
    } else if ending::is_outside_of_the_runtime(run) {
        ending::OUTSIDE_OF_THE_RUNTIME
    } else {
        return;
    };
    if finding.status == Status::Fail && !finding.hopeless {
        cause.clone_into(&mut finding.cause);
        hint.clone_into(&mut finding.hint);
    }
}

/// No call of the work had to wait for a pause: for threads that are started one by one with a sleep in between, or that rest before
/// they take anything.
pub(super) fn held_up(run: &Run, call: usize, kind: u16) -> Result<(), Finding> {
    let mut works = run.works.iter().filter(|work| work.call == call && work.work.kind == kind);
    let Some(pause) = works.find_map(|work| work.held_up.as_ref()) else { return Ok(()) };
    let length = pause.asked.map_or_else(
        || "its time limit had run out on a wait".to_owned(),
        |asked| format!("it had slept for {} ms", asked.as_millis()),
    );
    Err(Finding::fail(
        "work starts as soon as a thread may be at it",
        format!(
            "there was work to start, and everything slept until `{}` went on by itself: {length}",
            pause.thread
        ),
        A_PAUSE,
        NO_PAUSE,
    ))
}

impl Policy for WaitsAsleep {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        if !run.waiting.spinning.is_empty() {
            return Err(Finding::fail(
                "a thread that waits sleeps until it is woken",
                format!(
                    "{} used up the CPU budget while the work was in progress elsewhere",
                    ending::names(&run.waiting.spinning)
                ),
                BUSY_WAITING,
                WAIT_ASLEEP,
            ));
        }
        if !run.waiting.sleeping.is_empty() {
            return Err(Finding::fail(
                "a thread that waits is woken by the event that it waits for",
                format!(
                    "{} slept for a fixed time of over 100 ms while the work was in progress",
                    ending::names(&run.waiting.sleeping)
                ),
                "a sleep stands in for waiting: it is too short when the work takes longer, and too long otherwise",
                "wait for the event itself: join the thread, receive from the channel, wait on the condition",
            ));
        }
        kept_away(run)
    }
}

/// Pauses before which work was waiting, each longer than a poller's, add up: together they are as late as a long one.
fn kept_away(run: &Run) -> Result<(), Finding> {
    let pauses: Vec<&Pause> = run.works.iter().filter_map(|work| work.held_up.as_ref()).collect();
    let together: Duration = pauses.iter().map(|pause| pause.at_least).sum();
    if pauses.len() < SEVERAL || together <= LATE {
        return Ok(());
    }
    Err(Finding::fail(
        "a thread that may do something does it at once",
        format!(
            "there was work to start, and everything slept until a pause of more than 10 ms was over: {}, {} ms and more together, {}",
            count(pauses.len(), "time"),
            together.as_millis(),
            list(each_once(pauses.iter().map(|pause| format!("`{}`", pause.thread)))),
        ),
        A_PAUSE,
        NO_PAUSE,
    ))
}

/// No driver polls in a step, however short its naps are: it sleeps until its event comes, or a time limit of its own runs out. A pass does
/// not prove that there is no such wait in a schedule that was not played, nor, where threads can't be seen, in this one.
pub struct NeverPolls;

impl Policy for NeverPolls {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        if run.waiting.polling.is_empty() {
            return Ok(());
        }
        Err(Finding::fail(
            "a thread that waits sleeps until it is woken, or until its caller's time limit",
            format!(
                "while nothing happened, a thread slept for a while only, to look again: {}",
                list(each_once(run.waiting.polling.iter().map(ending::describe)))
            ),
            "polling: a loop looks at the condition, sleeps for a while (`sleep`, `wait_timeout`, `park_timeout`) and looks again. It wakes \
             for nothing most of the time, and comes too late for what it waits for",
            "wait without a time limit (`Condvar::wait` in a loop), and let whoever changes the condition wake you",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::WorkRecord;
    use crate::wire::{Payload, Work};

    /// Whether a run passes in which works were held up for so many milliseconds each.
    fn passes(pauses: &[u64]) -> bool {
        let work = |&ms: &u64| WorkRecord {
            held_up: Some(Pause { thread: "t".into(), asked: None, at_least: Duration::from_millis(ms) }),
            ..WorkRecord::begun(0, Work { kind: 0, key: 0, input: Payload::default() }, 0, 0)
        };
        let run = Run { works: pauses.iter().map(work).collect(), ..Run::of_nothing() };
        let scenario = Scenario::new("", Vec::new(), crate::scenario::Plan::default());
        WaitsAsleep.judge(&scenario, &run).is_ok()
    }

    #[test]
    fn pauses_that_kept_work_away_add_up() {
        assert!(passes(&[]));
        assert!(passes(&[50, 50]));
        assert!(!passes(&[50, 51]));
        // Once may have been for something else, and is late only where that is a promise.
        assert!(passes(&[100]));
    }
}
