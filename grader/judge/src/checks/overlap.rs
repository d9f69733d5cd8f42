//! How much of the work overlaps, tick by tick. [`super::Makespan`] asks for less: that the whole ends in time.

use std::collections::BTreeSet;

use super::{EachOnce, Policy, event_loop, makespan, results, waiting};
use crate::run::{Run, WorkRecord};
use crate::scenario::{Scenario, Ticks};
use crate::suite::Finding;
use crate::words::{count, ratio, thousands, tick};

/// All calls of the work start before any of them ends, at the tick in which the student's function is called, and the whole
/// takes as long as the longest; on an event loop one tick of rounding is allowed. A pass does not prove that the machine's cores are used: that is the system's part.
pub struct AllTogether {
    /// The supplied function.
    pub kind: u16,
    /// What an input is called.
    pub noun: &'static str,
}

impl Policy for AllTogether {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        // Work that was left out takes no time.
        EachOnce { kind: self.kind, noun: self.noun }.judge(scenario, run)?;
        (0..run.calls.len()).try_for_each(|call| self.judge_call(run, call, scenario.rounding()))
    }
}

impl AllTogether {
    fn judge_call(&self, run: &Run, call: usize, rounding: Ticks) -> Result<(), Finding> {
        waiting::held_up(run, call, self.kind)?;
        let works = of_call(run, call, self.kind);
        let record = &run.calls[call];
        let late = works.iter().filter(|work| work.start > record.start + rounding).count();
        let longest = works.iter().map(|work| work.ticks).max().unwrap_or(0);
        let makespan = record.makespan().unwrap_or(0);
        if late == 0 && makespan <= longest + rounding {
            return Ok(());
        }
        let total: Ticks = works.iter().map(|work| work.ticks).sum();
        let most = record.most_in_flight.get(&self.kind).copied().unwrap_or(0);
        let threads: BTreeSet<usize> = works.iter().map(|work| work.thread).collect();
        let by_caller = works.iter().all(|work| work.on_caller);
        let (cause, hint) = if run.event_loop {
            event_loop::not_together(most, works.len(), late)
        } else if most <= 1 && (by_caller || threads.len() == works.len()) {
            makespan::cause(&works, record.start, most, works.len())
        } else {
            (
                format!(
                    "not every {} has a thread that is free for it at once: a pool of a fixed size, parts of the list, or one \
                     wave of threads after the other",
                    self.noun
                ),
                format!("start as many threads as there are {}s, and all of them before you wait", self.noun),
            )
        };
        Err(Finding::fail(
            format!(
                "all {} in flight together, {} ticks for the whole (the longest one), a speedup of {}",
                count(works.len(), "call"),
                thousands(longest),
                ratio(total, longest),
            ),
            format!(
                "at most {} in flight together, {} ticks, a speedup of {}; {late} started later than the call",
                count(most, "call"),
                thousands(makespan),
                ratio(total, makespan),
            ),
            cause,
            hint,
        ))
    }
}

/// As many calls of the work are in flight as there are workers, or as there are unfinished inputs if these are fewer: in
/// every span of time in which no delivery runs (on an event loop, every span longer than the rounding). (That there are never more is [`super::MostInFlight`].) A pass says nothing
/// of the time while a delivery runs.
pub struct KeepsBusy {
    /// The supplied function.
    pub kind: u16,
    /// The function that results are delivered to, and its name, where there is one.
    pub delivery: Option<(u16, &'static str)>,
    /// How many may be in flight, for each call; the last one stands for further calls.
    pub workers: Vec<usize>,
    /// What an input is called.
    pub noun: &'static str,
}

impl Policy for KeepsBusy {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        EachOnce { kind: self.kind, noun: self.noun }.judge(scenario, run)?;
        (0..run.calls.len()).try_for_each(|call| {
            let workers = self.workers.get(call).or(self.workers.last()).copied().unwrap_or(1);
            let inputs = results::keys_of(self.kind, scenario, call).count();
            self.judge_call(run, call, (workers, inputs), scenario.rounding())
        })
    }
}

impl KeepsBusy {
    fn judge_call(
        &self,
        run: &Run,
        call: usize,
        (workers, inputs): (usize, usize),
        rounding: Ticks,
    ) -> Result<(), Finding> {
        waiting::held_up(run, call, self.kind)?;
        let works = of_call(run, call, self.kind);
        let deliveries = self.delivery.map(|(kind, _)| of_call(run, call, kind)).unwrap_or_default();
        let idle = spans(run, call, &works, &deliveries).into_iter().find_map(|(from, to)| {
            if to - from <= rounding || deliveries.iter().any(|delivery| covers(delivery, from, to)) {
                return None;
            }
            let busy = works.iter().filter(|work| covers(work, from, to)).count();
            let left = inputs - works.iter().filter(|work| work.end.is_some_and(|end| end <= from)).count();
            (busy < workers.min(left)).then_some((from, to, busy, left))
        });
        let Some((from, to, busy, left)) = idle else { return Ok(()) };
        let record = &run.calls[call];
        let most = record.most_in_flight.get(&self.kind).copied().unwrap_or(0);
        let (cause, hint) = if run.event_loop {
            event_loop::not_busy(busy, most, workers.min(inputs))
        } else {
            makespan::cause(&works, record.start, most, workers.min(inputs))
        };
        let unless =
            self.delivery.map_or_else(String::new, |(_, name)| format!(", whenever `{name}` is not running"));
        let total: Ticks = works.iter().map(|work| work.ticks).sum();
        let makespan = record.makespan().unwrap_or(0);
        let noun = self.noun;
        Err(Finding::fail(
            format!(
                "{} in flight with {} and {} left{unless}",
                count(workers.min(left), "call"),
                if run.event_loop { format!("a limit of {workers}") } else { count(workers, "worker") },
                count(left, noun),
            ),
            format!(
                "{} in flight from {} to {}; the whole took {} ticks, a speedup of {}",
                if busy == 0 { "none".to_owned() } else { count(busy, "call") },
                tick(from),
                tick(to),
                thousands(makespan),
                ratio(total, makespan),
            ),
            cause,
            hint,
        ))
    }
}

fn of_call(run: &Run, call: usize, kind: u16) -> Vec<&WorkRecord> {
    run.works.iter().filter(|work| work.call == call && work.work.kind == kind).collect()
}

/// The spans of time between all starts and ends in a call of the student's function, each longer than nothing.
fn spans(run: &Run, call: usize, works: &[&WorkRecord], deliveries: &[&WorkRecord]) -> Vec<(Ticks, Ticks)> {
    let record = &run.calls[call];
    let Some((end, _)) = record.ended else { return Vec::new() };
    let all = works.iter().chain(deliveries);
    let mut moments: BTreeSet<Ticks> =
        all.flat_map(|work| [Some(work.start), work.end]).flatten().filter(|&moment| moment <= end).collect();
    moments.extend([record.start, end]);
    moments.iter().copied().zip(moments.iter().copied().skip(1)).collect()
}

/// Whether it was in flight all the time between two moments.
fn covers(work: &WorkRecord, from: Ticks, to: Ticks) -> bool {
    work.start <= from && work.end.is_none_or(|end| end >= to)
}
