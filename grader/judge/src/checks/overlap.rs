//! How much of the work overlaps, tick by tick. [`super::Makespan`] asks for less: that the whole ends in time.

use std::collections::BTreeSet;

use super::{EachOnce, Policy, event_loop, makespan, results, waiting, work};
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
            return work::waited_for(run, call, &works);
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
        let over = |work: &WorkRecord| over(work, rounding);
        let idle = spans(run, call, &works, &deliveries, over).into_iter().find_map(|(from, to)| {
            if to - from <= rounding
                || deliveries.iter().any(|delivery| covers(delivery, delivery.end, from, to))
            {
                return None;
            }
            let busy = works.iter().filter(|work| covers(work, over(work), from, to)).count();
            let left = inputs - works.iter().filter(|work| work.end.is_some_and(|end| end <= from)).count();
            (busy < workers.min(left)).then_some((from, to, busy, left))
        });
        let Some((from, to, busy, left)) = idle else { return work::waited_for(run, call, &works) };
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
fn spans(
    run: &Run,
    call: usize,
    works: &[&WorkRecord],
    deliveries: &[&WorkRecord],
    over: impl Fn(&WorkRecord) -> Option<Ticks>,
) -> Vec<(Ticks, Ticks)> {
    let record = &run.calls[call];
    let Some((end, _)) = record.ended else { return Vec::new() };
    let all = works.iter().chain(deliveries);
    let mut moments: BTreeSet<Ticks> = all
        .flat_map(|work| [Some(work.start), work.end, over(work)])
        .flatten()
        .filter(|&at| at <= end)
        .collect();
    moments.extend([record.start, end]);
    moments.iter().copied().zip(moments.iter().copied().skip(1)).collect()
}

/// When a call of the work was over. On an event loop that is when its time had passed, also if nobody polled it then: its place is
/// taken in vain from there on.
fn over(work: &WorkRecord, rounding: Ticks) -> Option<Ticks> {
    let due = (rounding > 0).then_some(work.start + work.ticks + rounding);
    due.into_iter().chain(work.end).min()
}

/// Whether what is over at `end` was in flight all the time between two moments.
fn covers(work: &WorkRecord, end: Option<Ticks>, from: Ticks, to: Ticks) -> bool {
    work.start <= from && end.is_none_or(|end| end >= to)
}

#[cfg(test)]
mod tests {
    use super::super::places::tests::run;
    use super::*;
    use crate::run::CallRecord;

    fn busy(run: &Run, inputs: usize) -> bool {
        let busy = KeepsBusy { kind: 0, delivery: None, workers: vec![2], noun: "URL" };
        busy.judge_call(run, 0, (2, inputs), 1).is_ok()
    }

    #[test]
    fn what_nobody_polls_when_its_time_has_passed_takes_its_place_in_vain() {
        let mut batches = run(&[(0, 0, 50), (1, 0, 10), (2, 10, 20), (3, 20, 50)]);
        assert!(busy(&batches, 4));
        batches = run(&[(0, 0, 50), (1, 0, 50), (2, 50, 60), (3, 50, 60)]);
        assert!(busy(&batches, 4));
        batches.works[1].ticks = 10;
        assert!(!busy(&batches, 4));
    }

    #[test]
    fn a_call_without_a_span_of_time_passes_nothing() {
        let mut none = run(&[(0, 0, 50), (1, 0, 50)]);
        let together = AllTogether { kind: 0, noun: "URL" };
        assert!(together.judge_call(&none, 0, 1).is_ok() && busy(&none, 2));
        none.calls[0].ended.as_mut().unwrap().0 = 0;
        assert!(together.judge_call(&none, 0, 1).is_err() && !busy(&none, 2));
        none.calls = vec![CallRecord::default()];
        assert!(together.judge_call(&none, 0, 1).is_err() && !busy(&none, 2));
    }
}
