//! Promises that this exercise alone makes.

use judge::checks::{EachOnce, Policy};
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words::count;

use super::cases::{DOWNLOAD, NOUN};

/// A promise that is judged where each URL is downloaded once: elsewhere it is another check that fails.
pub(super) struct IfOnce<P>(pub(super) P);

impl<P: Policy> Policy for IfOnce<P> {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let once = EachOnce { kind: DOWNLOAD, noun: NOUN }.judge(scenario, run);
        once.map_or(Ok(()), |()| self.0.judge(scenario, run))
    }
}

/// The key that the adapter gives to a download of a URL that was not given.
const FOREIGN: u64 = u64::MAX - 1;

/// Each URL is handed on as it was given.
pub(super) struct AsGiven;

impl Policy for AsGiven {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        match run.works.iter().filter(|work| work.work.key == FOREIGN).count() {
            0 => Ok(()),
            foreign => Err(Finding::fail(
                "each URL is downloaded as it was given",
                format!("{} of a URL that was not", count(foreign, "download")),
                "the URL is changed on its way: trimmed, completed, written otherwise (small letters, the last slash, the `#` and \
                 what follows it), or put together again",
                "hand the text on as it is: what comes of it is for the downloader to say",
            )),
        }
    }
}

/// The call ends as soon as its future is polled.
pub(super) struct AtOnce;

impl Policy for AtOnce {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        match run.calls[0].makespan().filter(|&ticks| ticks > scenario.rounding()) {
            None => Ok(()),
            Some(ticks) => Err(Finding::fail(
                "it panics at the latest when its future is polled for the first time",
                format!("it panicked after {}", count(usize::try_from(ticks).unwrap_or(usize::MAX), "tick")),
                "the limit is looked at after something else has been awaited",
                "begin with the `assert!`, before the first `.await`",
            )),
        }
    }
}

/// Two calls that are made at the same time have twice as many in flight as one.
pub(super) struct SideBySide {
    pub(super) limit: usize,
}

impl Policy for SideBySide {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let most = run.calls[0].most_in_flight.get(&DOWNLOAD).copied().unwrap_or(0);
        if most >= 2 * self.limit {
            return Ok(());
        }
        Err(Finding::fail(
            format!(
                "two calls with `limit` {} have {} in flight together",
                self.limit,
                count(2 * self.limit, "download")
            ),
            format!("at most {most} in flight"),
            "the calls share something: a semaphore for each limit, or a lock that lets one call in at a time",
            "make what holds them back in each call, from its own arguments: no `static`",
        ))
    }
}

/// The second call has as many in flight as the first one had before it was dropped.
pub(super) struct AsManyAsBefore;

impl Policy for AsManyAsBefore {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let most = |call: usize| run.calls[call].most_in_flight.get(&DOWNLOAD).copied().unwrap_or(0);
        let (before, after) = (most(0), most(1));
        if after >= before {
            return Ok(());
        }
        Err(Finding::fail(
            format!("{before} in flight in a call that is made after one that was dropped, as in that one"),
            format!("at most {after} in flight"),
            "the places of the dropped call are not given back, and the calls share them",
            "make what holds them back (the semaphore) in each call, and hold a place by a permit in a variable, not by a count",
        ))
    }
}
