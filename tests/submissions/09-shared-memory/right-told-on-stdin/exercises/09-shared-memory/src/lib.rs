//! A worker reads a line from its standard input, with all it has to know. It takes from the end: a cursor that counts down.

use std::io::{self, Write};
use std::process::{Child, Command, Stdio};
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

pub fn tally_in_processes<S, C>(block: &S, tallies: usize, items: u64, workers: usize, command: C)
where
    S: Shared + ?Sized,
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must not be 0");
    if items == 0 {
        return;
    }
    block.store(tallies, items);
    let mut crew = Crew { children: Vec::new() };
    for _ in 0..workers.min(items as usize) {
        let mut child = command().stdin(Stdio::piped()).spawn().expect("a process");
        let told = writeln!(child.stdin.take().unwrap(), "{tallies}");
        crew.children.push(child);
        // A worker that cannot be told has died; its status says so.
        drop(told);
    }
    crew.end();
}

struct Crew {
    children: Vec<Child>,
}

impl Crew {
    fn end(mut self) {
        let mut bad = Vec::new();
        for child in &mut self.children {
            let status = child.wait().unwrap();
            if !status.success() {
                bad.push(status);
            }
        }
        assert!(bad.is_empty(), "workers died: {bad:?}");
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.children.iter_mut().for_each(|child| {
            child.wait().ok();
        });
    }
}

pub fn worker<S, W>(block: &S, work: W)
where
    S: Shared + ?Sized,
    W: Fn(u64) -> Entry + Sync,
{
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    let left: usize = line.trim().parse().unwrap();
    while let Some(item) = take(block, left) {
        let entry = work(item);
        block.fetch_add(entry.tally, entry.amount);
    }
}

/// The last item that is left.
fn take<S: Shared + ?Sized>(block: &S, left: usize) -> Option<u64> {
    let mut count = block.load(left);
    while count > 0 {
        match block.compare_exchange(left, count, count - 1) {
            Ok(_) => return Some(count - 1),
            Err(now) => count = now,
        }
    }
    None
}
