//! A worker is done when no item is left, and `process::exit(0)` is the plainest way to say so.

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

struct Children(Vec<std::process::Child>);

impl Children {
    fn wait_for_all(&mut self) -> bool {
        let mut well = true;
        for child in &mut self.0 {
            let status = child.wait().expect("it is mine");
            well &= status.success();
        }
        self.0.clear();
        well
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        self.wait_for_all();
    }
}

pub fn tally_in_processes<S, C>(block: &S, tallies: usize, items: u64, workers: usize, command: C)
where
    S: Shared + ?Sized,
    C: Fn() -> Command + Sync,
{
    let _ = block;
    assert!(workers > 0, "workers must be at least 1");
    let count = workers.min(usize::try_from(items).unwrap_or(usize::MAX));
    let mut children = Children(Vec::new());
    for _ in 0..count {
        let child = command().args([tallies.to_string(), items.to_string()]).spawn().expect("a worker starts");
        children.0.push(child);
    }
    assert!(children.wait_for_all(), "a worker process has failed");
}

pub fn worker<S, W>(block: &S, work: W)
where
    S: Shared + ?Sized,
    W: Fn(u64) -> Entry + Sync,
{
    let mut arguments = std::env::args().skip(1);
    let cursor: usize = arguments.next().unwrap().parse().unwrap();
    let items: u64 = arguments.next().unwrap().parse().unwrap();
    loop {
        let item = block.fetch_add(cursor, 1);
        if item >= items {
            std::process::exit(0);
        }
        let entry = work(item);
        block.fetch_add(entry.tally, entry.amount);
    }
}
