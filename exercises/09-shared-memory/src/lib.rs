//! Exercise 09: several processes on one block of memory (Python: `multiprocessing.shared_memory`).
//!
//! Fill in [`tally_in_processes`], which runs in the process that starts the others, and [`worker`], which runs in each of
//! those. The lesson, with hints, is in `README.md` beside this package's `Cargo.toml`; check your answer with
//! `cargo test -p exercise-09`.

use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// A block of numbers that several processes see: what one writes, all others read. Given: leave it as it is.
///
/// Each operation is one step; between two of them anything may happen. In real life a block is a file that each process
/// maps (crate `memmap2`), seen as `&[AtomicU64]`: the implementation below. A slot that is not there panics.
pub trait Shared: Sync {
    /// How many slots there are.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// What is in a slot.
    fn load(&self, slot: usize) -> u64;
    /// Writes into a slot, whatever is there.
    fn store(&self, slot: usize, value: u64);
    /// Adds (wrapping) and gives what was there before, in one step.
    fn fetch_add(&self, slot: usize, value: u64) -> u64;
    /// Writes `new` if `current` is there, in one step; gives what was there, as `Err` if it was something else.
    ///
    /// # Errors
    /// What was there instead: then nothing was written.
    fn compare_exchange(&self, slot: usize, current: u64, new: u64) -> Result<u64, u64>;
}

impl Shared for [AtomicU64] {
    fn len(&self) -> usize {
        <[AtomicU64]>::len(self)
    }
    fn load(&self, slot: usize) -> u64 {
        self[slot].load(SeqCst)
    }
    fn store(&self, slot: usize, value: u64) {
        self[slot].store(value, SeqCst);
    }
    fn fetch_add(&self, slot: usize, value: u64) -> u64 {
        self[slot].fetch_add(value, SeqCst)
    }
    fn compare_exchange(&self, slot: usize, current: u64, new: u64) -> Result<u64, u64> {
        self[slot].compare_exchange(current, new, SeqCst, SeqCst)
    }
}

/// What one item adds to the tallies. Given: leave it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The tally that it belongs to: its slot in the block.
    pub tally: usize,
    /// What is added to it.
    pub amount: u64,
}

/// Works the items 0 to `items - 1` in `workers` processes on one block, and returns when all are in it.
///
/// The first `tallies` slots are the tallies, zero at the start. The other slots (at least 64) are zero, too, and yours:
/// whatever the processes have to tell each other fits in there. `command()` starts a worker process: this program again, in
/// which [`worker`] is called with the same block. Add streams, arguments and variables to it as you like; take nothing away.
///
/// What a caller may rely on:
///
/// - `work` is called exactly once for each item, in a worker process, and what it returned is added to its tally exactly
///   once: at the end `block[t]` is the sum (wrapping) of the amounts of tally t, and no update is lost, however the
///   processes' steps mix.
/// - A worker process works one item at a time, and an item is in its tally before the process starts another one: whoever looks
///   at the block meanwhile sees all that is done, except at most one item of each worker. No tally ever holds anything but a
///   sum of whole amounts.
/// - An item starts as soon as any worker is free: the whole takes at most the start-up of one worker + all work / `workers` +
///   the longest item, beside the steps.
/// - `workers` processes are started, or `items` if that is fewer. No items: no process. `workers` is at most 64.
/// - When the call returns or panics, every process that it started has ended and been waited for. Waiting sleeps.
///
/// # Panics
///
/// - If `workers` is 0, even when there are no items. The message contains the word `workers`.
/// - If a worker process ends other than with status 0, or cannot be started: once the others have worked what is left. The
///   item that a dead worker had is the only one that may be missing.
/// - If `command` panics. Then items may be left that nobody has worked.
pub fn tally_in_processes<S, C>(block: &S, tallies: usize, items: u64, workers: usize, command: C)
where
    S: Shared + ?Sized,
    C: Fn() -> Command + Sync,
{
    let _ = (block, tallies, items, workers, command);
    todo!()
}

/// What a worker process does: it works items until none is left. Then it returns, and its process ends with status 0.
///
/// A panic of `work` ends the process: nothing has to be done about it.
pub fn worker<S, W>(block: &S, work: W)
where
    S: Shared + ?Sized,
    W: Fn(u64) -> Entry + Sync,
{
    let _ = (block, work);
    todo!()
}
