//! What a step that went wrong is told: what was done, who should be back and who should wait, and who is and does.

use super::history::Event;
use super::model::{After, Back, Calls, Miss, Spec, World};
use crate::checks::ending;
use crate::run::Run;
use crate::steps::{Gave, Op, thread_of};
use crate::suite::{Finding, Status};
use crate::words;

/// The step of a run at which no state is left.
pub(super) struct Telling<'a, M> {
    pub(super) spec: &'a M,
    pub(super) run: &'a Run,
    pub(super) events: &'a [Event],
    /// Which of the events it is.
    pub(super) number: usize,
}

/// What became of a driver: its results where it is back.
type Became = Option<Vec<Gave>>;

impl<M: Spec> Telling<'_, M> {
    /// The finding, with a state that explains all that came before.
    pub(super) fn finding(&self, world: World<M::State>) -> Finding {
        let event = &self.events[self.number];
        let called: Vec<(u16, Vec<Op>)> = world.rows().map(|(driver, row)| (driver, row.to_vec())).collect();
        let (right, rests) = world.nearest(self.spec, event.seen());
        let differs = |(driver, _): &&(u16, Vec<Op>)| right.get(driver) != event.back.get(driver);
        let differing: Vec<&(u16, Vec<Op>)> = called.iter().filter(differs).collect();
        let told = |back: &Back, still: bool| {
            let clauses = differing.iter().map(|(driver, row)| {
                let became = back.get(driver).cloned();
                self.clause(*driver, row, &became, still, rests.waiting_in(*driver))
            });
            words::list(clauses.collect::<Vec<_>>())
        };
        let when = self.when(&called);
        let (expected, observed) = (format!("{when}, {}", told(&right, false)), told(&event.back, true));
        let own = ending::own_panic(self.run);
        if let Some((said, cause, hint)) = &own
            && event.back.values().flatten().any(|gave| *gave == Gave::Panicked)
        {
            let observed = format!("{when}, {observed}: {said}");
            return Finding::new(Status::Crash, expected, observed, *cause, *hint);
        }
        let calls = |keep: &dyn Fn(bool, bool) -> bool| -> Calls {
            let kept = differing
                .iter()
                .filter(|(driver, _)| keep(right.contains_key(driver), event.back.contains_key(driver)));
            kept.map(|(driver, row)| (*driver, row.clone())).collect()
        };
        let miss = Miss {
            after: event.what.clone(),
            late: calls(&|should, is| should && !is),
            early: calls(&|should, is| !should && is),
            wrong: calls(&|should, is| should && is)
                .into_iter()
                .map(|(driver, row)| (driver, row, event.back[&driver].clone()))
                .collect(),
            back: event.back.clone(),
            waiting: rests.rows().count(),
            before: self.events[..self.number].iter().map(|event| event.what.clone()).collect(),
        };
        let (cause, hint) = self.spec.explain(&miss).unwrap_or_else(|| usual(&miss));
        let before = own.map(|(said, ..)| format!("; before that a thread panicked: {said}"));
        Finding::fail(expected, format!("{when}, {observed}{}", before.unwrap_or_default()), cause, hint)
    }

    /// `once `main` has called `release` (step 5)`.
    fn when(&self, called: &[(u16, Vec<Op>)]) -> String {
        let is_step = |event: &&Event| event.what != After::Nothing;
        let step = self.events[..=self.number].iter().filter(is_step).count();
        let place = format!("(step {step})");
        match &self.events[self.number].what {
            After::Row(driver, row) => {
                format!("once {} has called {} {place}", name(*driver), self.row(row))
            }
            After::Nudge(driver) => {
                let within = called.iter().find(|(other, _)| other == driver);
                let within = within.map(|(_, row)| format!(" in {}", self.row(row))).unwrap_or_default();
                format!("once {} has woken up for nothing{within} {place}", name(*driver))
            }
            After::Nothing => "when nothing more is to be done".to_owned(),
        }
    }

    /// `` `driver-1` is back from `acquire` ``, or that it still waits.
    fn clause(&self, driver: u16, row: &[Op], became: &Became, seen: bool, waits_in: Option<&Op>) -> String {
        let who = name(driver);
        let Some(gave) = became else {
            let op = waits_in
                .filter(|_| !seen)
                .map_or_else(|| self.row(row), |op| self.row(std::slice::from_ref(op)));
            let place = if seen { self.place(driver) } else { String::new() };
            return format!("{who} {} in {op}{place}", if seen { "still waits" } else { "waits" });
        };
        let with = row.iter().zip(gave).filter_map(|(op, gave)| match gave {
            Gave::Panicked => Some("a panic".to_owned()),
            Gave::Result(result) => Some(self.spec.gave(op, result)).filter(|gave| !gave.is_empty()),
        });
        let with = ending::each_once(with);
        let with = if with.is_empty() { String::new() } else { format!(" with {}", words::list(with)) };
        format!("{who} is back from {}{with}", self.row(row))
    }

    fn row(&self, row: &[Op]) -> String {
        words::list(ending::each_once(row.iter().map(|op| format!("`{}`", self.spec.called(op)))))
    }

    /// Where a driver waits forever, where that is known.
    fn place(&self, driver: u16) -> String {
        let stuck = self.run.end.waits_forever().unwrap_or_default();
        words::standing(stuck, &thread_of(driver))
    }
}

/// A driver, as its thread is called.
fn name(driver: u16) -> String {
    format!("`{}`", thread_of(driver))
}

/// What is true of any object.
fn usual(miss: &Miss) -> (String, String) {
    let (cause, hint) = if miss.is_nudge() {
        (
            "a thread that wakes takes that for its event: a `Condvar` may wake whoever waits for no reason, and so may `park`",
            "wait in a loop that looks at the condition again each time: `while !condition { guard = condvar.wait(guard)… }`, or `wait_while`",
        )
    } else if !miss.late.is_empty() && miss.early.is_empty() {
        (
            "a thread waits for what has happened already: nobody woke it, another thread was woken in its place, or what it waits for was \
             never written down",
            "change the state and wake under the same lock; wake everybody who can go on, and let each look at the condition in a loop",
        )
    } else if !miss.early.is_empty() && miss.late.is_empty() {
        (
            "a thread goes on though it has to wait: the condition that it looks at is not the one of the contract",
            "write down when exactly it may go on, and compare that with the condition at the wait",
        )
    } else if !miss.early.is_empty() {
        (
            "another thread goes on than the one whose turn it is",
            "keep the threads that wait in the order in which they came, and wake the first of them, and no other",
        )
    } else {
        (
            "the state that the object keeps is another one than the calls before have left",
            "follow the calls of this case one by one, and write down what the object holds after each",
        )
    };
    (cause.to_owned(), hint.to_owned())
}

/// Of what no driver of the kit does.
pub(super) fn forged(why: &str) -> Finding {
    Finding::fail(
        "only the kit's own threads speak to the judge",
        format!("a message that the kit did not send: {why}"),
        "the program wrote to the channel between it and the judge",
        "leave that channel alone: write the type that you are asked for",
    )
}
