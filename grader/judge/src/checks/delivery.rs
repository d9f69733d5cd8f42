//! Results that are delivered one by one to a second supplied function: each once, in the order of completion, at once.

use std::collections::BTreeMap;

use super::results::{index, keys_of};
use super::{EachOnce, NoneTwice, Policy};
use crate::run::{Run, WorkRecord};
use crate::scenario::{Scenario, Ticks};
use crate::suite::Finding;
use crate::words::{count, list, thousands, tick};

/// The two supplied functions between which results travel. A delivery has the key of the input that it claims to belong to,
/// and the result as its own input.
#[derive(Debug, Clone, Copy)]
pub struct Queue {
    /// The function that makes results.
    pub work: u16,
    /// The function that they are delivered to.
    pub delivery: u16,
    /// What the latter is called: `on_result`.
    pub function: &'static str,
    /// What an input is called: `job`.
    pub noun: &'static str,
}

/// Every result is delivered once, under its own index; at most once in a call in which something supplied panics. A pass says
/// nothing of when.
pub struct EachDelivered(pub Queue);

/// Results are delivered in the order in which their work ended. A pass proves it for the orders that were played.
pub struct DeliveredAsEnded(pub Queue);

/// Each delivery starts at the tick in which its work ended, or in which the delivery before it ended, if that is later. A
/// pass proves it in virtual time: of real time it says nothing.
pub struct DeliveredAtOnce(pub Queue);

impl Queue {
    /// The deliveries of a call, in the order in which they were made.
    fn deliveries<'a>(&self, run: &'a Run, call: usize) -> impl Iterator<Item = &'a WorkRecord> {
        let kind = self.delivery;
        run.works.iter().filter(move |work| work.call == call && work.work.kind == kind)
    }

    /// The work of each input of a call, by key.
    fn works<'a>(&self, run: &'a Run, call: usize) -> BTreeMap<u64, &'a WorkRecord> {
        let works = run.works.iter().filter(|work| work.call == call && work.work.kind == self.work);
        works.map(|work| (work.work.key, work)).collect()
    }

    /// Each delivery of a call with the work whose result it brings.
    fn pairs<'a>(&self, run: &'a Run, call: usize) -> Vec<(&'a WorkRecord, &'a WorkRecord)> {
        let works = self.works(run, call);
        self.deliveries(run, call)
            .filter_map(|delivery| Some((delivery, *works.get(&delivery.work.key)?)))
            .collect()
    }
}

impl Policy for EachDelivered {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        NoneTwice { kind: self.0.work, noun: self.0.noun }.judge(scenario, run)?;
        (0..run.calls.len()).try_for_each(|call| self.judge_call(scenario, run, call))?;
        // Last: where results get lost, workers may have stopped for that.
        EachOnce { kind: self.0.work, noun: self.0.noun }.judge(scenario, run)
    }
}

impl EachDelivered {
    fn judge_call(&self, scenario: &Scenario, run: &Run, call: usize) -> Result<(), Finding> {
        let Queue { function, noun, .. } = self.0;
        let works = self.0.works(run, call);
        let mut times: BTreeMap<u64, usize> =
            keys_of(self.0.work, scenario, call).map(|key| (key, 0)).collect();
        let expected = format!("`{function}` is called once for each {noun}, with its index and its result");
        let tag =
            format!("send the {noun}'s index along with its result, from the moment the {noun} is taken");
        for delivery in self.0.deliveries(run, call) {
            let key = delivery.work.key;
            let inputs = times.len();
            let Some(known) = times.get_mut(&key) else {
                return Err(Finding::fail(
                    expected,
                    format!("it was called with index {}, of {}", index(key), count(inputs, noun)),
                    format!(
                        "the index is not that of the {noun}: counted from 1, or the number of something else"
                    ),
                    tag,
                ));
            };
            *known += 1;
            let own = works.get(&key).and_then(|work| work.answer.as_ref());
            if own != Some(&delivery.work.input) {
                return Err(Finding::fail(
                    expected,
                    format!("index {} came with {}", index(key), self.whose(&works, delivery)),
                    if owner(&works, delivery).is_some_and(|owner| owner > key && (owner - key) % 256 == 0) {
                        "the index is kept in a type that is too small for it (`u8`), and begins again at 0"
                    } else {
                        "the results carry no index, or another one: they are numbered as they arrive, or with the number \
                         of their worker"
                    },
                    tag,
                ));
            }
        }
        let twice: Vec<u64> =
            times.iter().filter(|(_, times)| **times > 1).map(|(key, _)| index(*key)).collect();
        if !twice.is_empty() {
            return Err(Finding::fail(
                expected,
                format!("{noun} {} was delivered more than once", list(&twice)),
                "a result is sent twice, or delivered as it comes and again at the end",
                "deliver a result where it is received, and nowhere else",
            ));
        }
        let never: Vec<u64> = times
            .iter()
            .filter(|(key, times)| **times == 0 && works.contains_key(key))
            .map(|(key, _)| index(*key))
            .collect();
        if never.is_empty() || run.work_panicked(call) {
            return Ok(());
        }
        Err(Finding::fail(
            expected,
            format!(
                "{} of {} never delivered, though they were worked: {noun} {}",
                count(never.len(), "result"),
                works.len(),
                list(&never)
            ),
            "the receiving loop ends too early (a fixed count, an empty queue or a time limit taken for the end, a worker that is \
             done taken for all), or a full queue drops what is sent",
            "receive until the channel is closed: it closes when the last sender is dropped",
        ))
    }

    /// Whose result a delivery brings, in words.
    fn whose(&self, works: &BTreeMap<u64, &WorkRecord>, delivery: &WorkRecord) -> String {
        owner(works, delivery).map_or_else(
            || "a result that no call returned".to_owned(),
            |key| format!("the result of {} {}", self.0.noun, index(key)),
        )
    }
}

/// The input whose result a delivery brings.
fn owner(works: &BTreeMap<u64, &WorkRecord>, delivery: &WorkRecord) -> Option<u64> {
    works.values().find(|work| work.answer.as_ref() == Some(&delivery.work.input)).map(|work| work.work.key)
}

impl Policy for DeliveredAsEnded {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        EachDelivered(self.0).judge(scenario, run)?;
        (0..run.calls.len()).try_for_each(|call| self.judge_call(run, call))
    }
}

impl DeliveredAsEnded {
    fn judge_call(&self, run: &Run, call: usize) -> Result<(), Finding> {
        let Queue { function, noun, .. } = self.0;
        let pairs = self.0.pairs(run, call);
        let overtaken = pairs.windows(2).find(|pair| pair[0].1.ended_as > pair[1].1.ended_as);
        let Some([(_, first), (_, second)]) = overtaken else { return Ok(()) };
        let in_order_of_jobs = pairs.is_sorted_by_key(|(_, work)| work.work.key);
        let (cause, hint) = if in_order_of_jobs {
            (
                format!(
                    "the results are delivered in the order of the {noun}s: each waits for all those before it"
                ),
                "deliver what the queue gives, as it comes; the index goes along, so no order is needed"
                    .to_owned(),
            )
        } else {
            (
                format!(
                    "what comes in while `{function}` is busy is taken out in another order: newest first (a stack, `pop`), \
                     sorted, or from several queues in turn; a lock is held while `{function}` runs, and those that wait for it come \
                     in any order; or a worker keeps results back"
                ),
                format!(
                    "put all results into one queue, first in, first out, deliver them as they come out, and hold no lock while \
                     `{function}` runs"
                ),
            )
        };
        Err(Finding::fail(
            format!("results are delivered in the order in which the {noun}s finish"),
            format!(
                "{noun} {} was delivered before {noun} {}, which had finished earlier ({})",
                index(first.work.key),
                index(second.work.key),
                if first.end == second.end {
                    format!("both at {}, one after the other", tick(first.end.unwrap_or(0)))
                } else {
                    let ticks = [first, second].map(|work| thousands(work.end.unwrap_or(0)));
                    format!("ticks {} and {}", ticks[0], ticks[1])
                }
            ),
            cause,
            hint,
        ))
    }
}

impl Policy for DeliveredAtOnce {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        EachDelivered(self.0).judge(scenario, run)?;
        (0..run.calls.len()).try_for_each(|call| self.judge_call(run, call))
    }
}

impl DeliveredAtOnce {
    fn judge_call(&self, run: &Run, call: usize) -> Result<(), Finding> {
        let Queue { function, noun, .. } = self.0;
        let pairs = self.0.pairs(run, call);
        let mut free: Ticks = run.calls[call].start;
        let late = pairs.iter().find_map(|(delivery, work)| {
            let due = free.max(work.end?);
            free = delivery.end?;
            (delivery.start > due).then_some((*delivery, *work, due))
        });
        let Some((delivery, work, due)) = late else { return Ok(()) };
        let last_end = pairs.iter().filter_map(|(_, work)| work.end).max();
        let at_the_end = last_end.is_some_and(|end| pairs.iter().all(|(delivery, _)| delivery.start >= end));
        let (cause, hint) = if at_the_end {
            (
                format!(
                    "nothing is delivered before the last {noun} has finished: the workers are joined first, or the queue is \
                     collected first"
                ),
                format!("receive while the workers still run: call `{function}` in the receiving loop"),
            )
        } else {
            (
                format!(
                    "a result waits for something else than its own {noun}: for an earlier or a slower {noun}, for the next \
                     result, for a group to be full, or for all {noun}s to be handed out"
                ),
                format!(
                    "let each worker send a result as soon as it has it, and call `{function}` for each one received"
                ),
            )
        };
        Err(Finding::fail(
            format!("a result is delivered when its {noun} finishes, or as soon as `{function}` is free"),
            format!(
                "{noun} {} could be delivered at {} and was at {}",
                index(work.work.key),
                tick(due),
                tick(delivery.start)
            ),
            cause,
            hint,
        ))
    }
}
