//! Numbers travel in the environment. The parent looks every 5 ms whether all processes have ended.

use std::process::{Child, Command};
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

pub fn tally_in_processes<S, C>(_block: &S, tallies: usize, items: u64, workers: usize, command: C)
where
    S: Shared + ?Sized,
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "workers must not be 0");
    let mut crew = Crew::default();
    for _ in 0..workers.min(items as usize) {
        crew.running.push(
            command().env("CURSOR", tallies.to_string()).env("ITEMS", items.to_string()).spawn().unwrap(),
        );
    }
    crew.finish();
    let failed = crew.failed;
    drop(crew);
    assert!(!failed, "at least one worker did not succeed");
}

#[derive(Default)]
struct Crew {
    running: Vec<Child>,
    failed: bool,
}

impl Crew {
    fn finish(&mut self) {
        while !self.running.is_empty() {
            let failed = &mut self.failed;
            self.running.retain_mut(|child| match child.try_wait().unwrap() {
                Some(status) => {
                    *failed |= !status.success();
                    false
                }
                None => true,
            });
            if !self.running.is_empty() {
                thread::sleep(Duration::from_millis(5));
            }
        }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.finish();
    }
}

pub fn worker<S, W>(block: &S, work: W)
where
    S: Shared + ?Sized,
    W: Fn(u64) -> Entry + Sync,
{
    let number = |name: &str| std::env::var(name).unwrap().parse::<u64>().unwrap();
    let (cursor, items) = (number("CURSOR") as usize, number("ITEMS"));
    let mut item = block.fetch_add(cursor, 1);
    while item < items {
        let entry = work(item);
        block.fetch_add(entry.tally, entry.amount);
        item = block.fetch_add(cursor, 1);
    }
}
