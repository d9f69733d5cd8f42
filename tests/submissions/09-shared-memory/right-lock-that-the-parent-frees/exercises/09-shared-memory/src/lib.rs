//! A lock in the block, with the holder's number in it. Whoever finds it taken sleeps for a millisecond. A thread of the parent waits
//! for each worker, and if one dies with the lock in its hands, it frees it. Cursor and sums are changed under the lock, by one store
//! each: whoever dies before it has changed nothing.

use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

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

pub fn tally_in_processes<S, C>(block: &S, tallies: usize, items: u64, workers: usize, command: C)
where
    S: Shared + ?Sized,
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must not be 0");
    let lock = tallies;
    let watch = |number: u64| {
        let mut command = command();
        let numbers = [lock as u64, items, number].map(|number| number.to_string());
        let status = command.args(numbers).status();
        // It may have died with the lock.
        let _ = block.compare_exchange(lock, number, 0);
        status.is_ok_and(|status| status.success())
    };
    let well = thread::scope(|scope| {
        let watch = &watch;
        let numbers = 1..=items.min(workers as u64);
        let threads: Vec<_> = numbers.map(|number| scope.spawn(move || watch(number))).collect();
        threads.into_iter().fold(true, |well, thread| thread.join().unwrap_or(false) && well)
    });
    assert!(well, "a worker has failed");
}

pub fn worker<S, W>(block: &S, work: W)
where
    S: Shared + ?Sized,
    W: Fn(u64) -> Entry + Sync,
{
    let number = |at: usize| std::env::args().nth(at).unwrap().parse::<u64>().unwrap();
    let (lock, items, me) = (number(1) as usize, number(2), number(3));
    let cursor = lock + 1;
    loop {
        let item = locked(block, lock, me, || {
            let item = block.load(cursor);
            block.store(cursor, item + 1);
            item
        });
        if item >= items {
            return;
        }
        let entry = work(item);
        locked(block, lock, me, || {
            block.store(entry.tally, block.load(entry.tally).wrapping_add(entry.amount));
        });
    }
}

fn locked<S: Shared + ?Sized, R>(block: &S, lock: usize, me: u64, what: impl FnOnce() -> R) -> R {
    while block.compare_exchange(lock, 0, me).is_err() {
        thread::sleep(Duration::from_millis(1));
    }
    let result = what();
    block.store(lock, 0);
    result
}
