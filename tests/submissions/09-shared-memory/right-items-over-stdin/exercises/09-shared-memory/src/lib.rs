//! The parent deals: each worker has a thread there, which sends it one item at a time and waits until it says that it is done.
//! Only the sums are in the block.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::thread;

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
    let _ = tallies;
    let next = AtomicU64::new(0);
    let results: Vec<Result<(), String>> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..items.min(workers as u64)).map(|_| scope.spawn(|| serve(command(), &next, items))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err("no worker".into()))).collect()
    });
    for result in results {
        result.unwrap();
    }
}

struct Reaped(Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        let _ = self.0.wait();
    }
}

fn serve(mut command: Command, next: &AtomicU64, items: u64) -> Result<(), String> {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(|e| e.to_string())?;
    let mut child = Reaped(child);
    let mut to = child.0.stdin.take().unwrap();
    let mut from = BufReader::new(child.0.stdout.take().unwrap());
    loop {
        let item = next.fetch_add(1, SeqCst);
        if item >= items || writeln!(to, "{item}").is_err() {
            break;
        }
        let mut line = String::new();
        if from.read_line(&mut line).unwrap_or(0) == 0 {
            break;
        }
    }
    drop(to);
    let status = child.0.wait().unwrap();
    if status.success() { Ok(()) } else { Err(format!("a worker ended with {status}")) }
}

pub fn worker<S, W>(block: &S, work: W)
where
    S: Shared + ?Sized,
    W: Fn(u64) -> Entry + Sync,
{
    for line in io::stdin().lines() {
        let item = line.unwrap().parse().unwrap();
        let entry = work(item);
        block.fetch_add(entry.tally, entry.amount);
        println!("done");
    }
}
