//! Nothing is passed to the workers: what they need is in the last slots of the block, before they start.
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


/// A slot of the block, counted from its end.
struct Cell<'a, S: ?Sized>(&'a S, usize);
impl<'a, S: Shared + ?Sized> Cell<'a, S> {
    fn at(block: &'a S, from_the_end: usize) -> Self { Cell(block, block.len() - 1 - from_the_end) }
    fn set(&self, v: u64) { self.0.store(self.1, v); }
    fn get(&self) -> u64 { self.0.load(self.1) }
    fn next(&self) -> u64 { self.0.fetch_add(self.1, 1) }
}

pub fn tally_in_processes<S, C>(block: &S, _tallies: usize, items: u64, workers: usize, command: C)
where
    S: Shared + ?Sized,
    C: Fn() -> Command + Sync,
{
    if workers == 0 { panic!("workers == 0"); }
    Cell::at(block, 1).set(items);
    let (tell, told) = std::sync::mpsc::channel();
    let mut trouble = Vec::new();
    let n = if items < workers as u64 { items } else { workers as u64 };
    // The scope waits for its threads in a panic, too, and they for the processes.
    std::thread::scope(|s| {
    for number in 0..n {
        match command().env("NUMBER", number.to_string()).spawn() {
            Ok(mut child) => {
                let tell = tell.clone();
                s.spawn(move || { let _ = tell.send((number, child.wait())); });
            }
            Err(error) => trouble.push(format!("worker {number} cannot be started: {error}")),
        }
    }
    });
    drop(tell);
    for (number, status) in told {
        match status {
            Ok(status) if status.success() => {}
            Ok(status) => trouble.push(format!("worker {number} has ended with {status}")),
            Err(error) => trouble.push(format!("worker {number}: {error}")),
        }
    }
    if !trouble.is_empty() { panic!("{}", trouble.join("; ")); }
}

pub fn worker<S, W>(block: &S, work: W)
where
    S: Shared + ?Sized,
    W: Fn(u64) -> Entry + Sync,
{
    let items = Cell::at(block, 1).get();
    let cursor = Cell::at(block, 0);
    let claimed = std::iter::repeat_with(|| cursor.next()).take_while(|&item| item < items);
    claimed.map(&work).for_each(|entry| { block.fetch_add(entry.tally, entry.amount); });
}
