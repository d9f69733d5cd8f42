//! The next item is taken before the last amount is added: so the cursor is never waited for.

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

struct Children(Vec<Child>);
impl Children {
    fn wait_all(&mut self) -> Vec<ExitStatus> {
        self.0.drain(..).map(|mut c| c.wait().expect("a child of mine")).collect()
    }
}
impl Drop for Children {
    fn drop(&mut self) {
        let _ = self.wait_all();
    }
}
pub fn tally_in_processes<S, C>(block: &S, tallies: usize, items: u64, workers: usize, command: C)
where
    S: Shared + ?Sized,
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "the number of workers must not be 0");
    if items == 0 {
        return;
    }
    block.store(tallies + 1, items);
    let n = workers.min(usize::try_from(items).unwrap_or(usize::MAX));
    let mut children = Children(Vec::new());
    let mut failed = false;
    for _ in 0..n {
        match command().arg(tallies.to_string()).spawn() {
            Ok(c) => children.0.push(c),
            Err(_) => {
                failed = true;
                break;
            }
        }
    }
    let statuses = children.wait_all();
    let bad = statuses.iter().any(|s| !s.success());
    assert!(!failed, "a process could not be started");
    assert!(!bad, "a process ended badly");
}
pub fn worker<S, W>(block: &S, work: W)
where
    S: Shared + ?Sized,
    W: Fn(u64) -> Entry + Sync,
{
    let tallies: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let items = block.load(tallies + 1);
    let mut item = block.fetch_add(tallies, 1);
    while item < items {
        let entry = work(item);
        item = block.fetch_add(tallies, 1);
        block.fetch_add(entry.tally, entry.amount);
    }
}
