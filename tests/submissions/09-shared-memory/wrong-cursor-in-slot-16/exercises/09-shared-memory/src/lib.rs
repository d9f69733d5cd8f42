//! The cursor is in slot 16: nobody has more than 16 tallies.

use std::process::{Child, Command, ExitStatus};
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
/// # Panics
///
/// If `workers` is 0, if a worker process cannot be started, or if one ends other than with status 0.
pub fn tally_in_processes<S, C>(_block: &S, _tallies: usize, items: u64, workers: usize, command: C)
where
    S: Shared + ?Sized,
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let enough = usize::try_from(items).map_or(workers, |items| items.min(workers));
    let mut running = Workers(Vec::new());
    for _ in 0..enough {
        let mut command = command();
        command.arg(16.to_string()).arg(items.to_string());
        running.0.push(command.spawn().expect("a worker process can be started"));
    }
    let failed: Vec<ExitStatus> = running.wait().into_iter().filter(|status| !status.success()).collect();
    assert!(failed.is_empty(), "a worker process ended early: {failed:?}");
}

/// Processes that run [`worker`].
struct Workers(Vec<Child>);

impl Workers {
    /// Waits for all of them, one after the other: each ends by itself.
    fn wait(&mut self) -> Vec<ExitStatus> {
        self.0.iter_mut().map(|child| child.wait().expect("nobody else waits for this process")).collect()
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // Once it has been waited for, this gives the same status again. A drop may be part of a panic: it adds none.
            let _ = child.wait();
        }
    }
}

/// What a worker process does: it takes the next item from the cursor, works it, adds its amount, until there are no more.
///
/// # Panics
///
/// If it is started without its two arguments, or if `work` panics.
pub fn worker<S, W>(block: &S, work: W)
where
    S: Shared + ?Sized,
    W: Fn(u64) -> Entry + Sync,
{
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (Some(Ok(cursor)), Some(Ok(items))) = (arguments.next(), arguments.next()) else {
        panic!("a worker is started with the cursor's slot and the number of items");
    };
    let cursor = usize::try_from(cursor).expect("it is a slot's number");
    loop {
        let item = block.fetch_add(cursor, 1);
        if item >= items {
            return;
        }
        let Entry { tally, amount } = work(item);
        block.fetch_add(tally, amount);
    }
}
