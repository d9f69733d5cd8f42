//! How many children there are, and how they end.

use std::collections::BTreeSet;

use judge::checks::{Policy, Returns};
use judge::processes::{Death, Status, read_back};
use judge::run::Run;
use judge::scenario::{Scenario, Then};
use judge::suite::Finding;
use judge::words;

use super::super::shared::{BACK, CUT, FAILED, HANDLE, START};
use super::contents::{KILLED, word_end};

/// One child is started, and no other. A pass says nothing of what it does.
pub(super) struct OneChild;

/// The call returns, also where the child ends early. A pass says nothing of what it returns.
pub(super) struct OutlivesIt;

/// The call panics, since the child cannot be started. A pass says nothing of what the panic says.
pub(super) struct PanicsForWantOfAChild;

/// The call returns the status with which the child ended: 0 where nothing ended it early. A pass says nothing of the replies.
pub(super) struct ItsStatus;

impl Policy for OneChild {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let starts = run.works.iter().filter(|work| work.work.kind == START);
        let children = starts.map(|work| work.process).collect::<BTreeSet<usize>>().len();
        if children == 1 {
            return Ok(());
        }
        let (cause, hint) = if children == 0 {
            (
                "without messages no child is started",
                "start it in any case: it finds that its input has ended, and its status is what the call returns",
            )
        } else {
            (
                "the command is spawned more than once: for each message, or again after an end",
                "spawn it once, and let all messages go through its one pipe",
            )
        };
        Err(Finding::fail("one child is started", format!("{children} were started"), cause, hint))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

/// Nothing more than that the run ends: one that does not is told by what stands still. A pass proves nothing else.
pub(super) struct GoesOn;

/// The child's process does not end before `child` has returned. A pass says nothing of how long that takes.
pub(super) struct ChildReturns;

/// The function that sends a reply does not panic. A pass proves it only where there was something to send and nobody to read it: a child
/// that its parent kills has nothing more to say.
pub(super) struct RepliesReturn;

impl Policy for GoesOn {
    fn judge(&self, _scenario: &Scenario, _run: &Run) -> Result<(), Finding> {
        Ok(())
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

impl Policy for ChildReturns {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let is_back = run.works.iter().any(|work| work.work.kind == BACK);
        if is_back || returned(run) != Some(Status::Code(0)) {
            return Ok(());
        }
        Err(Finding::fail(
            "`child` returns when its input has ended",
            "its process ended, and `child` had not returned",
            "it ends the process itself, with `process::exit`: nothing that its caller has to do after it is done any more",
            "return: the process ends with status 0 by itself",
        ))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

impl Policy for RepliesReturn {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        if run.works.iter().all(|work| work.work.kind != FAILED) {
            return Ok(());
        }
        Err(Finding::fail(
            "the function that sends a reply returns if nobody reads any more",
            format!("it panicked{}", panicked(run)),
            "an error of the write is not expected (`unwrap`): that the parent is gone is no mistake of the child",
            "keep in mind that a write has failed, send nothing more, and let `child` return after this message",
        ))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

/// What the first panic of the student's own says, and where it was.
pub(super) fn panicked(run: &Run) -> String {
    let Some(panic) = run.panics.first() else { return String::new() };
    let place = panic.place.as_ref().map_or_else(String::new, |place| format!(" at {}", words::place(place)));
    format!(": `{}`{place}", words::printable(panic.message.lines().next().unwrap_or_default()))
}

/// How the child ends before its input does.
#[derive(Clone, Copy)]
enum Early {
    Dies(Death),
    Panics,
}

/// `None`: it does not.
fn death(scenario: &Scenario) -> Option<Early> {
    let mut ends = scenario.plan.of_kind(HANDLE).chain(scenario.plan.of_kind(CUT));
    ends.find_map(|(_, planned)| match planned.then {
        Then::Die(death) => Some(Early::Dies(death)),
        Then::Panic(_) => Some(Early::Panics),
        _ => None,
    })
}

/// The status that the call returned.
fn returned(run: &Run) -> Option<Status> {
    let numbers = &run.calls[0].returned()?.numbers;
    read_back(numbers[..].try_into().ok()?)?.err()
}

/// Whether the child has panicked by itself.
pub(super) fn has_panicked(scenario: &Scenario, run: &Run) -> bool {
    let planned = match death(scenario) {
        None => false,
        Some(Early::Panics) => run.panics.is_empty(),
        Some(Early::Dies(death)) => Status::Code(101).is_of(death),
    };
    !planned && returned(run) == Some(Status::Code(101))
}

/// Whether the child was killed, and not by the judge.
pub(super) fn killed_early(scenario: &Scenario, run: &Run) -> bool {
    death(scenario).is_none() && returned(run) == Some(Status::Signal(9))
}

impl Policy for OutlivesIt {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let returns = Returns.judge(scenario, run);
        if death(scenario).is_none() {
            return returns;
        }
        returns.map_err(|finding| Finding {
            cause: "the end of the child is taken for an error: `unwrap` of a write to a process that is gone (`BrokenPipe`) or of a read that \
                    ends in the middle of a reply, or an `assert` that its status is a success"
                .to_owned(),
            hint: "stop writing at the first error, read what is left, and return the status, whatever it is".to_owned(),
            ..finding
        })
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

impl Policy for PanicsForWantOfAChild {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Some(status) = returned(run) else { return Ok(()) };
        Err(Finding::fail(
            "the call panics: the child cannot be started",
            format!("it returned {}, and there was no child", seen(status)),
            "the error of `spawn` is passed over, and a status is made up for a child that never was",
            "let the call panic: `expect` on what `spawn` gives",
        ))
    }
}

impl Policy for ItsStatus {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Some(status) = returned(run) else { return Ok(()) };
        let death = death(scenario);
        let right = match death {
            None => status == Status::Code(0),
            Some(Early::Panics) => status != Status::Code(0),
            Some(Early::Dies(death)) => status.is_of(death),
        };
        if right {
            return Ok(());
        }
        let ended = match death {
            None => "returns when its input has ended: exit code 0".to_owned(),
            Some(Early::Panics) => "panics".to_owned(),
            Some(Early::Dies(Death::Exit(code))) => format!("exits with {code}"),
            Some(Early::Dies(Death::Abort)) => "aborts: signal 6".to_owned(),
            Some(Early::Dies(Death::Kill)) => "is killed: signal 9".to_owned(),
        };
        let (cause, hint) = match status {
            Status::Signal(9) if death.is_none() => KILLED,
            Status::Code(0) if matches!(death, Some(Early::Panics)) => (
                "the panic of `handle` is caught, and `child` returns as if nothing had happened",
                "let the panic end the child: nothing has to be done about it, and its status tells the parent",
            ),
            Status::Code(101) => (
                "the child has panicked: a limit of your own, an `unwrap`; or it read something that it did not expect, or could not write its reply",
                "look at what it prints to standard error; let it return when its input ends or nobody reads any more",
            ),
            _ => (
                "the status is made up, or that of another process",
                "return what `wait` gives for this child",
            ),
        };
        let panic = if status == Status::Code(101) { panicked(run) } else { String::new() };
        let observed = format!("{}{panic}", seen(status));
        Err(Finding::fail(format!("the status of the child, which {ended}"), observed, cause, hint))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

fn seen(status: Status) -> String {
    match status {
        Status::Code(code) => format!("exit code {code}"),
        Status::Signal(signal) => format!("signal {signal}"),
    }
}
