//! Turns the judge's requests into calls of `tally_in_processes`, and lives the life of a worker process.
//!
//! Input: see [`shared`](super::shared). Output: how often `command` was called; all else that comes of a call is in the block, which the
//! judge reads itself. The types promise what the contract promises and no more, so that an answer that asks for more does not compile.

use std::marker::PhantomData;
use std::process::Command;
use std::sync::MutexGuard;
use std::sync::atomic::{AtomicU64, Ordering, Ordering::SeqCst};

use exercise_09::{Entry, Shared, tally_in_processes, worker as work_items};
use judge::subject::Judge;
use judge::wire::{Payload, Request, Work};

use super::shared::{
    ACCESS, Asked, BACK, COMPARE_EXCHANGE, FETCH_ADD, LOAD, NO_PROGRAM, PANICS, START, STORE, WORK,
};

/// The key of an item that there is not.
const NO_SUCH_ITEM: u64 = u64::MAX;

/// Shared between threads, never sent to one.
type SyncOnly = PhantomData<MutexGuard<'static, ()>>;

/// A call's part of the block. Where memory is slow, each access is a call of supplied work first: between two of one process, those of
/// others may come.
struct Block<'a> {
    slots: &'a [AtomicU64],
    judge: &'a Judge,
    /// How many ticks an access takes.
    ticks: u64,
    _shared: SyncOnly,
}

impl<'a> Block<'a> {
    /// The part with these numbers.
    fn of(judge: &'a Judge, [first, slots, ticks]: [u64; 3]) -> Self {
        let (first, slots) = (small(first), small(slots));
        let slots = &judge.block()[first..first + slots];
        Self { slots, judge, ticks, _shared: PhantomData }
    }

    /// The slot, once the access may be made.
    #[track_caller]
    fn access(&self, slot: usize, what: [u64; 3]) -> &AtomicU64 {
        let slots = self.slots.len();
        assert!(slot < slots, "slot {slot} of a block that has {slots} slots");
        for _ in 0..self.ticks {
            let _ = self.judge.work(Work { kind: ACCESS, key: slot as u64, input: Payload::of(what) });
        }
        &self.slots[slot]
    }
}

impl Shared for Block<'_> {
    fn len(&self) -> usize {
        self.slots.len()
    }

    #[track_caller]
    fn load(&self, slot: usize) -> u64 {
        self.access(slot, [LOAD, 0, 0]).load(SeqCst)
    }

    #[track_caller]
    fn store(&self, slot: usize, value: u64) {
        self.access(slot, [STORE, value, 0]).store(value, SeqCst);
    }

    #[track_caller]
    fn fetch_add(&self, slot: usize, value: u64) -> u64 {
        self.access(slot, [FETCH_ADD, value, 0]).fetch_add(value, SeqCst)
    }

    #[track_caller]
    fn compare_exchange(&self, slot: usize, current: u64, new: u64) -> Result<u64, u64> {
        self.access(slot, [COMPARE_EXCHANGE, current, new]).compare_exchange(current, new, SeqCst, SeqCst)
    }
}

/// Calls the student's function.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let asked: Asked = *request.input.numbers.as_array().expect("the judge asks for a call");
    let [call, first, slots, ticks, tallies, items, workers, like, at] = asked;
    let entry = u16::try_from(call).expect("calls are few");
    let (called, shared): (&AtomicU64, SyncOnly) = (&AtomicU64::new(0), PhantomData);
    // It has this of its own: so it may be shared, and not sent.
    let command = move || -> Command {
        let _: [SyncOnly; 1] = [shared];
        let this = called.fetch_add(1, Ordering::Relaxed) + 1 == at;
        assert!(!(this && like == PANICS), "`command` was called, and has no more to give");
        let mut command = judge.worker(entry);
        if this && like == NO_PROGRAM {
            // Of this command nothing is left but the program's name, and there is no such program.
            command = missing(&command);
        }
        command
    };
    tally_in_processes(
        &Block::of(judge, [first, slots, ticks]),
        small(tallies),
        items,
        small(workers),
        command,
    );
    Payload::of([called.load(Ordering::Relaxed)])
}

/// What the judge asks for is small.
fn small(number: u64) -> usize {
    usize::try_from(number).expect("a small number")
}

#[expect(clippy::disallowed_methods, reason = "it starts nothing: there is no such program")]
fn missing(command: &Command) -> Command {
    let mut name = command.get_program().to_owned();
    name.push("-is-missing");
    Command::new(name)
}

/// What the worker process does whose command [`call`] gave.
pub(crate) fn worker(judge: &Judge, entry: u16) {
    let start = judge.work(Work { kind: START, key: u64::from(entry), input: Payload::default() });
    let &[first, slots, ticks, first_key, tells, ref tallies @ ..] = &start.numbers[..] else {
        unreachable!("the judge tells a worker what it works on")
    };
    let shared: SyncOnly = PhantomData;
    work_items(&Block::of(judge, [first, slots, ticks]), move |item: u64| -> Entry {
        let _: [SyncOnly; 1] = [shared];
        let tally = usize::try_from(item).ok().and_then(|item| tallies.get(item));
        let key = tally.map_or(NO_SUCH_ITEM, |_| first_key + item);
        let amount = judge.work(Work { kind: WORK, key, input: Payload::default() }).numbers[0];
        Entry { tally: tally.map_or(0, |tally| small(*tally)), amount }
    });
    if tells > 0 {
        let _ = judge.work(Work { kind: BACK, key: u64::from(entry), input: Payload::default() });
    }
}
