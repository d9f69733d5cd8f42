//! Children are collected as a Result; an error is told when all that were started have ended.

use std::io;
use std::process::{Child, Command};
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

pub fn tally_in_processes<S, C>(_block: &S, tallies: usize, items: u64, workers: usize, command: C)
where
    S: Shared + ?Sized,
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must not be 0");
    let number = usize::try_from(items).unwrap_or(usize::MAX).min(workers);
    let mut children: Vec<Waiting> = Vec::with_capacity(number);
    let started: io::Result<()> = (0..number).try_for_each(|_| {
        children.push(Waiting(command().args([format!("{tallies}"), format!("{items}")]).spawn()?));
        Ok(())
    });
    let dead =
        children.iter_mut().filter_map(|child| (!child.0.wait().unwrap().success()).then_some(())).count();
    started.expect("every worker could be started");
    assert_eq!(dead, 0, "no worker dies");
}

struct Waiting(Child);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.wait().unwrap();
    }
}

pub fn worker<S, W>(block: &S, work: W)
where
    S: Shared + ?Sized,
    W: Fn(u64) -> Entry + Sync,
{
    let mut numbers = std::env::args().skip(1).map(|number| number.parse::<u64>().unwrap());
    let (Some(cursor), Some(items)) = (numbers.next(), numbers.next()) else { unreachable!() };
    let takes = Takes { block, cursor: cursor as usize, items };
    for item in takes {
        let Entry { tally, amount } = work(item);
        let _ = block.fetch_add(tally, amount);
    }
}

/// The items that this process gets.
struct Takes<'a, S: ?Sized> {
    block: &'a S,
    cursor: usize,
    items: u64,
}

impl<S: Shared + ?Sized> Iterator for Takes<'_, S> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        // Not beyond the end: the cursor never wraps.
        if self.block.load(self.cursor) >= self.items {
            return None;
        }
        Some(self.block.fetch_add(self.cursor, 1)).filter(|item| *item < self.items)
    }
}
