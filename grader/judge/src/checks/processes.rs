//! Worker processes: where the work is called, and what is left of them.

use super::{Policy, work};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::suite::Finding;
use crate::words::count;

/// Every call of a supplied function is made in a worker process, never in the calling one. A pass says nothing of which process makes
/// which.
pub struct InWorkers {
    /// The supplied function.
    pub kind: u16,
    /// What it is called: `work`.
    pub function: &'static str,
}

impl Policy for InWorkers {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let f = self.function;
        let calls = || run.works.iter().filter(|work| work.work.kind == self.kind);
        let (all, here) = (calls().count(), calls().filter(|work| work.process == 0).count());
        let expected = format!("`{f}` is called in worker processes");
        if here > 0 {
            return Err(Finding::fail(
                expected,
                format!("{here} of {} came from the calling process", count(all, "call")),
                format!("the calling process reaches `{f}` by itself, through a channel of its own making"),
                format!("start a worker process with the command that you are given, and let it call `{f}`"),
            ));
        }
        if all > 0 || scenario.plan.of_kind(self.kind).next().is_none() {
            return Ok(());
        }
        let (cause, hint) = if run.workers == 0 {
            (
                "no worker process was started, or what was started is not what the command says: another program, or one whose variables \
                 were taken away (`env_clear`)",
                "start the command that you are given, and only add to it: `command().stdin(Stdio::piped()).spawn()`",
            )
        } else {
            (
                work::NEVER_CALLED,
                "let the worker process read what it is sent, and call the function for each",
            )
        };
        Err(Finding::fail(expected, format!("`{f}` was never called"), cause, hint))
    }
}

/// Once every call of the student's function has ended, returned or panicked, each process that it started has ended and has been
/// waited for. A pass proves it for the runs that were played.
pub struct NothingLeftOfProcesses;

impl Policy for NothingLeftOfProcesses {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        if run.left.is_empty() {
            return Ok(());
        }
        let zombies = run.left.iter().filter(|left| left.zombie).count();
        let living = run.left.len() - zombies;
        let of_others = run.left.iter().filter(|left| !left.zombie && left.worker.is_none()).count();
        let (observed, cause, hint) = if living == 0 {
            (
                format!("{} had ended, and nobody had waited for {}", processes(zombies), pronoun(zombies)),
                "its exit status is never asked for: a `Child` does not wait when it is dropped, and `kill` does not wait either; what \
                 stays in the process table is called a zombie",
                "call `wait` on each `Child`, also on those that died early and those that you killed",
            )
        } else if of_others == living {
            (
                format!("{} that no command of the call had started still ran", processes(living)),
                "a worker process started a further process, and ended without it",
                "let a worker process start none, or wait for what it has started",
            )
        } else {
            (
                match zombies {
                    0 => format!("{} still ran", processes(living)),
                    _ => format!(
                        "{} still ran, and {} had ended and not been waited for",
                        processes(living),
                        zombies
                    ),
                },
                "the worker is still there, waiting for more: its standard input was not closed (whoever holds a copy of the writing end \
                 keeps it open), it was not told to end, or it is kept for the next call",
                "close the input of each worker (drop its `ChildStdin`), or tell it to end, and then `wait` for it",
            )
        };
        let panicked = run.calls.iter().any(|call| call.returned().is_none());
        let hint = if panicked {
            format!("{hint}; do so in a `Drop`, which a panic runs as well")
        } else {
            hint.to_owned()
        };
        Err(Finding::fail(
            "every process has ended and been waited for when the call is over",
            observed,
            cause,
            hint,
        ))
    }
}

fn processes(number: usize) -> String {
    if number == 1 { "1 process".to_owned() } else { format!("{number} processes") }
}

fn pronoun(number: usize) -> &'static str {
    if number == 1 { "it" } else { "them" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Left, WorkRecord};
    use crate::scenario::Plan;
    use crate::wire::{Payload, Work};

    fn scenario(jobs: u64) -> Scenario {
        let mut plan = Plan::default();
        (0..jobs).for_each(|key| plan.secret(0, key, 10));
        Scenario::new("", Vec::new(), plan).with_processes()
    }

    fn called_in(processes: &[usize]) -> Run {
        let work = |(key, &process): (u64, &usize)| WorkRecord {
            process,
            ..WorkRecord::begun(0, Work { kind: 0, key, input: Payload::default() }, 0, 10)
        };
        let works = (0..).zip(processes).map(work).collect();
        Run { works, ..Run::of_nothing() }
    }

    #[test]
    fn work_is_called_in_worker_processes_or_is_not_what_was_asked_for() {
        let policy = InWorkers { kind: 0, function: "work" };
        let judge = |jobs, processes: &[usize]| policy.judge(&scenario(jobs), &called_in(processes));
        assert!(judge(2, &[1, 2]).is_ok());
        assert!(judge(0, &[]).is_ok());
        assert!(judge(2, &[]).is_err());
        let observed = judge(2, &[1, 0]).unwrap_err().observed;
        assert_eq!(observed, "1 of 2 calls came from the calling process");
    }

    #[test]
    fn who_is_left_is_told_apart_by_whether_it_lives() {
        let told = |left: &[(Option<usize>, bool)]| {
            let left = left.iter().map(|&(worker, zombie)| Left { worker, zombie }).collect();
            let judged = NothingLeftOfProcesses.judge(&scenario(1), &Run { left, ..Run::of_nothing() });
            judged.err().map(|finding| finding.observed)
        };
        assert_eq!(told(&[]), None);
        let said = |left: &[(Option<usize>, bool)]| told(left).expect("something is left");
        assert_eq!(said(&[(Some(1), true)]), "1 process had ended, and nobody had waited for it");
        assert_eq!(said(&[(Some(1), false), (Some(2), false)]), "2 processes still ran");
        assert_eq!(
            said(&[(Some(1), true), (Some(2), false)]),
            "1 process still ran, and 1 had ended and not been waited for"
        );
        assert!(said(&[(None, false)]).contains("no command of the call had started"));
    }
}
