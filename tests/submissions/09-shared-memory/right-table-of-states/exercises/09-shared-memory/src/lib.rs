//! A struct over the block: a header with a magic number, the items, a cursor, and a journal of who has what. Processes are started in threads and waited for in reverse.

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

struct Header<'a, S: ?Sized> {
    block: &'a S,
    at: usize,
}

impl<S: Shared + ?Sized> Header<'_, S> {
    const MAGIC: u64 = 0x5445_4c4c;

    fn write(&self, items: u64) {
        self.block.store(self.at + 1, items);
        self.block.store(self.at + 2, 0);
        self.block.store(self.at, Self::MAGIC);
    }

    fn claim(&self) -> Option<u64> {
        let items = self.block.load(self.at + 1);
        let mut next = self.block.load(self.at + 2);
        while next < items {
            match self.block.compare_exchange(self.at + 2, next, next + 1) {
                Ok(mine) => return Some(mine),
                Err(now) => next = now,
            }
        }
        None
    }

    fn add(&self, entry: Entry) {
        let mut sum = 0;
        while let Err(now) = self.block.compare_exchange(entry.tally, sum, sum.wrapping_add(entry.amount)) {
            sum = now;
        }
    }
}

pub fn tally_in_processes<S, C>(block: &S, tallies: usize, items: u64, workers: usize, command: C)
where
    S: Shared + ?Sized,
    C: Fn() -> Command + Sync,
{
    assert_ne!(workers, 0, "workers");
    let count = items.min(workers as u64);
    if count > 0 {
        Header { block, at: tallies }.write(items);
    }
    let outcomes: Vec<std::io::Result<std::process::ExitStatus>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|_| {
                scope.spawn(|| {
                    let mut command = command();
                    command.env("TALLIES", tallies.to_string());
                    command.status()
                })
            })
            .collect();
        threads
            .into_iter()
            .rev()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(std::io::Error::other("a panic"))))
            .collect()
    });
    for outcome in outcomes {
        match outcome {
            Ok(status) if status.success() => {}
            other => panic!("a worker: {other:?}"),
        }
    }
}

pub fn worker<S, W>(block: &S, work: W)
where
    S: Shared + ?Sized,
    W: Fn(u64) -> Entry + Sync,
{
    let at = std::env::var("TALLIES").expect("set by the parent").parse().expect("a number");
    let header = Header { block, at };
    assert_eq!(block.load(at), Header::<S>::MAGIC);
    while let Some(item) = header.claim() {
        header.add(work(item));
    }
}
