//! Which threads make the calls of the supplied work.

use std::collections::BTreeMap;

use super::Policy;
use crate::run::Run;
use crate::scenario::Scenario;
use crate::suite::Finding;
use crate::words::count;

/// Every call of a supplied function is made by the thread that called the student's function, or none is. A pass says
/// nothing of which other threads make them.
pub struct OnCaller {
    /// The supplied function.
    pub kind: u16,
    /// What it is called: `work`.
    pub function: &'static str,
    /// Whether the calling thread makes all of them (`true`) or none (`false`).
    pub always: bool,
}

impl Policy for OnCaller {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let calls = || run.works.iter().filter(|work| work.work.kind == self.kind);
        let astray = calls().filter(|work| work.on_caller != self.always).count();
        if astray == 0 {
            return Ok(());
        }
        let f = self.function;
        let all = count(calls().count(), "call");
        let (expected, ran, cause, hint) = if self.always {
            (
                format!("`{f}` is called on the calling thread and nowhere else"),
                "ran on other threads",
                format!("a thread that works calls `{f}` itself, with what it has just got"),
                format!("send the result to the calling thread, and call `{f}` there"),
            )
        } else {
            (
                format!("`{f}` never runs on the calling thread"),
                "ran on it",
                if astray > 1 && astray == calls().count() {
                    format!(
                        "the calling thread makes every call of `{f}` itself: no other thread has anything to do"
                    )
                } else {
                    format!(
                        "the calling thread calls `{f}` itself: for one of the inputs, for a single one, or for those that no other \
                     thread has taken"
                    )
                },
                format!("let the calling thread start the others and wait; `{f}` is for the others alone"),
            )
        };
        Err(Finding::fail(expected, format!("{astray} of {all} {ran}"), cause, hint))
    }
}

/// Each call of the supplied work has a thread of its own, which is not the calling one: within a call of the student's
/// function no thread makes two of them. A pass does not prove that the threads are new: a pool that is large enough passes.
pub struct OwnThreads {
    /// The supplied function.
    pub kind: u16,
    /// What it is called: `compute`.
    pub function: &'static str,
}

const TOO_FEW: (&str, &str) = (
    "there are fewer threads than inputs: a pool of a fixed size, or a part of the list for each thread",
    "start one thread for each input, with nothing to do but that one call",
);

/// Where calls end at once: whoever begins first is free again before the others begin.
const TAKES_ON: (&str, &str) = (
    "whichever thread is free takes the next input: from a counter, a list or a queue that they share, or in a pool (`par_iter`). As \
     long as the calls take long, each thread gets one; where a call is short, one thread takes several",
    "give each thread its own input when you start it (the closure owns it), and let it make that one call, with no loop around it",
);

impl Policy for OwnThreads {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        OnCaller { kind: self.kind, function: self.function, always: false }.judge(scenario, run)?;
        let f = self.function;
        for call in 0..run.calls.len() {
            let mut calls: BTreeMap<usize, usize> = BTreeMap::new();
            for work in run.works.iter().filter(|work| work.call == call && work.work.kind == self.kind) {
                *calls.entry(work.thread).or_default() += 1;
            }
            let most = calls.values().copied().max().unwrap_or(0);
            if most > 1 {
                let at_once = scenario.plan.of_kind(self.kind).all(|(_, planned)| planned.ticks == 0);
                let (cause, hint) = if at_once { TAKES_ON } else { TOO_FEW };
                return Err(Finding::fail(
                    format!("each call of `{f}` runs on a thread that makes no other"),
                    format!(
                        "{} on {}; the busiest made {most}{}",
                        count(calls.values().sum(), "call"),
                        count(calls.len(), "thread"),
                        if at_once { ", for it was free again before others had begun" } else { "" }
                    ),
                    cause,
                    hint,
                ));
            }
        }
        Ok(())
    }
}
