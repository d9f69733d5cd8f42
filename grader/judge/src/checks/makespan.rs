//! Speed in virtual time: the makespan against the bound of list scheduling.
//!
//! Graham (1966): a schedule in which an input starts whenever a worker is free ends within `total / workers + longest`
//! ticks, in whatever order the inputs are taken. A program is judged as if it had as many cores as it has workers.

use std::collections::BTreeSet;

use super::{EachOnce, Policy, results, waiting, work};
use crate::run::{Run, WorkRecord};
use crate::scenario::{Scenario, Ticks};
use crate::suite::Finding;
use crate::words::{count, ratio, thousands};

/// The work of each call ends within `total / workers + longest` ticks. A pass does not prove that all workers were used:
/// only that the time is within the bound.
pub struct Makespan {
    /// The supplied function.
    pub kind: u16,
    /// How many may be in flight, for each call; the last one stands for further calls.
    pub workers: Vec<usize>,
    /// What an input is called.
    pub noun: &'static str,
}

impl Policy for Makespan {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        // Work that was left out takes no time.
        EachOnce { kind: self.kind, noun: self.noun }.judge(scenario, run)?;
        (0..run.calls.len()).try_for_each(|call| {
            let workers = self.workers.get(call).or(self.workers.last()).copied().unwrap_or(1);
            self.judge_call(run, call, workers)
        })
    }
}

impl Makespan {
    fn judge_call(&self, run: &Run, call: usize, workers: usize) -> Result<(), Finding> {
        waiting::held_up(run, call, self.kind)?;
        let of_call = |work: &&WorkRecord| work.call == call && work.work.kind == self.kind;
        let works: Vec<&WorkRecord> = run.works.iter().filter(of_call).collect();
        let makespan = run.calls[call].makespan().unwrap_or(0);
        let total: Ticks = works.iter().map(|work| work.ticks).sum();
        let longest = works.iter().map(|work| work.ticks).max().unwrap_or(0);
        let bound = total / workers as Ticks + longest;
        if makespan <= bound {
            return work::waited_for(run, call, &works);
        }
        let most = run.calls[call].most_in_flight.get(&self.kind).copied().unwrap_or(0);
        let possible = workers.min(works.len());
        let (cause, hint) = cause(&works, run.calls[call].start, most, possible);
        Err(Finding::fail(
            format!(
                "at most {} ticks with {}: {} ticks of work / {} + the longest {} of {}",
                thousands(bound),
                count(workers, "worker"),
                thousands(total),
                workers,
                self.noun,
                thousands(longest),
            ),
            format!(
                "{} ticks, a speedup of {}; at most {} in flight where {possible} could be",
                thousands(makespan),
                ratio(total, makespan),
                if most == 1 { "1 call was".to_owned() } else { format!("{} were", count(most, "call")) },
            ),
            cause,
            hint,
        ))
    }
}

/// Whether what is in flight at first are the first inputs of pieces of `size` inputs, more or fewer than `size` of them.
pub(super) fn begins_with_pieces(works: &[&WorkRecord], start: Ticks, size: usize) -> bool {
    let at_first = works.iter().filter(|work| work.start == start);
    let first: Vec<u64> = at_first.map(|work| results::index(work.work.key)).collect();
    let pieces = works.len().div_ceil(size.max(1));
    size > 1
        && first.len() > 1
        && first.len() != size
        && pieces.abs_diff(first.len()) <= 1
        && first.iter().all(|index| index.is_multiple_of(size as u64))
}

/// What such pieces come from, and what to try.
pub(super) fn pieces() -> (String, String) {
    (
        "the list is cut with the size of a piece and the number of pieces confused: `chunks(n)` makes pieces of n inputs, not n pieces; \
         and each of them has a thread or a task of its own"
            .to_owned(),
        "cut nothing: start as many threads or tasks as may work at a time, and let each take one input after the other"
            .to_owned(),
    )
}

/// Why `works`, of a call made at tick `start`, did not overlap as they could have: at most `most` were in flight together where
/// `possible` could have been.
pub(super) fn cause(works: &[&WorkRecord], start: Ticks, most: usize, possible: usize) -> (String, String) {
    if most > 1 && begins_with_pieces(works, start, possible) {
        return pieces();
    }
    let threads: BTreeSet<usize> = works.iter().map(|work| work.thread).collect();
    let (cause, hint) = if most <= 1 {
        if works.iter().all(|work| work.on_caller) {
            (
                "every call runs on the calling thread, one after the other: nothing is parallel",
                "hand the work to threads; an iterator alone, `rayon`'s `install` included, starts none",
            )
        } else if threads.len() == 1 {
            (
                "one thread does all the work, one call after the other: it is the only one (`rayon`'s global pool has a thread for each \
                 core, and a judged program sees one core), or the others start when it has ended (a lazy iterator that spawns and \
                 joins in turn), or they wait for a lock that it holds while it works",
                "start all threads before you join the first, let each take work, and let go of every lock before the work starts; with \
                 `rayon`, build a pool of the size that you are given and run inside its `install`",
            )
        } else if threads.len() == works.len() {
            (
                "each call has a thread of its own, but they run one after the other: a join in the same loop as the spawn, a \
                 lazy iterator that spawns and joins one by one, or a lock that is held while the work runs",
                "start all threads first (collect the handles), join them in a second loop, and hold no lock while the work runs",
            )
        } else {
            (
                "the threads take turns: a lock is held while the work runs (the guard of a `Mutex` lives to the end of its \
                 statement or scope; of `while let Ok(x) = queue.lock().unwrap().recv()` through the whole body), or each waits for \
                 another (`rayon`'s global pool adds one thread for each core, and a judged program sees one core)",
                "lock only to take the next input, let go of the lock, then work; with `rayon`, build a pool of the size that you are \
                 given and run inside its `install`",
            )
        }
    } else if most < possible {
        (
            "fewer threads do work than there are workers: one is not started, the number has a maximum, or the pool has a size \
             of its own (`rayon`'s global pool has a thread for each core)",
            "start as many threads as there are workers; with `rayon`, build a pool of that size and run inside its `install`",
        )
    } else {
        match idle(works, start, possible) {
            Idle::AtFirst => (
                "at first only some of the workers have something to do: an input is worked before the threads start, or they \
                 start one after the other's work",
                "start all threads at once, and treat the first input like every other",
            ),
            Idle::InBetween if in_rounds(works) => (
                "work is done in rounds: the next inputs start only when the whole round before has ended",
                "let each worker take the next input as soon as it is free, with no waiting for the others",
            ),
            Idle::InBetween => (
                "workers that are free wait for a certain input to end, the oldest one for instance, before they take the next",
                "let each worker take the next input as soon as it is free, however far ahead it gets",
            ),
            Idle::AtLast => (
                "the inputs are dealt out beforehand (in chunks or strides), or taken several at a time, so that some workers \
                 are idle while another still has several inputs to go",
                "deal nothing out: let each worker take one input whenever it is free (a shared index, a queue; with `rayon`, \
                 `with_max_len(1)`)",
            ),
        }
    };
    (cause.to_owned(), hint.to_owned())
}

/// When workers were idle although inputs had not been started.
enum Idle {
    /// From the beginning on.
    AtFirst,
    /// Later, and they found work again.
    InBetween,
    /// Later, and for good: what was left belonged to others.
    AtLast,
}

/// When workers were first idle: from how many were in flight after each start and end.
fn idle(works: &[&WorkRecord], start: Ticks, possible: usize) -> Idle {
    let moments: BTreeSet<Ticks> =
        works.iter().flat_map(|work| [Some(work.start), work.end]).flatten().collect();
    let in_flight = |at: Ticks| {
        works.iter().filter(|work| work.start <= at && work.end.is_none_or(|end| end > at)).count()
    };
    let levels: Vec<(Ticks, usize)> = moments.iter().map(|&at| (at, in_flight(at))).collect();
    // After the last start there is nothing left to take.
    let last_start = works.iter().map(|work| work.start).max();
    let first = levels.iter().position(|&(at, level)| level < possible && Some(at) < last_start);
    match first.map(|first| &levels[first..]) {
        Some([(at, _), ..]) if *at == start => Idle::AtFirst,
        Some(levels) if levels.windows(2).any(|pair| pair[0].1 < pair[1].1) => Idle::InBetween,
        _ => Idle::AtLast,
    }
}

/// Whether every start but the first ones came when nothing else was in flight any more.
fn in_rounds(works: &[&WorkRecord]) -> bool {
    let starts: BTreeSet<Ticks> = works.iter().map(|work| work.start).collect();
    starts.len() > 1
        && starts.iter().all(|&start| {
            works.iter().all(|work| work.start >= start || work.end.is_some_and(|end| end <= start))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Payload, Work};

    /// A call of the work that starts at this tick.
    fn work((key, start): (u64, Ticks)) -> WorkRecord {
        WorkRecord {
            thread: usize::try_from(key).expect("a few"),
            end: Some(start + 10),
            ..WorkRecord::begun(0, Work { kind: 0, key, input: Payload::default() }, start, 10)
        }
    }

    /// Of so many inputs these are in flight at first.
    fn told(inputs: u64, first: &[u64], size: usize) -> bool {
        let start = |key: &u64| Ticks::from(!first.contains(key));
        let works: Vec<WorkRecord> = (0..inputs).map(|key| work((key, start(&key)))).collect();
        begins_with_pieces(&works.iter().collect::<Vec<_>>(), 0, size)
    }

    #[test]
    fn pieces_of_as_many_inputs_as_there_are_workers_are_told_from_one_worker_too_many() {
        assert!(told(20, &[0, 4, 8, 12, 16], 4));
        assert!(!told(20, &[0, 1, 2, 3, 4], 4));
        // As many pieces as workers: that is a fair share for each.
        assert!(!told(16, &[0, 4, 8, 12], 4));
    }
}
