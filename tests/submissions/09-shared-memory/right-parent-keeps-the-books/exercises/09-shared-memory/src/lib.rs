//! The parent alone writes the tallies: a worker brings its last entry when it asks for the next item.
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::sync::Mutex;
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


struct Hired(Child);
impl Drop for Hired {
    fn drop(&mut self) {
        self.0.stdin = None;
        let _ = self.0.wait();
    }
}

pub fn tally_in_processes<S, C>(block: &S, _tallies: usize, items: u64, workers: usize, command: C)
where
    S: Shared + ?Sized,
    C: Fn() -> Command + Sync,
{
    assert_ne!(workers, 0, "there must be workers");
    let next = Mutex::new(0..items);
    let books = Mutex::new(());
    let mut failed = None;
    std::thread::scope(|s| {
        for _ in 0..workers.min(usize::try_from(items).unwrap_or(usize::MAX)) {
            let mut child = match command().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() {
                Ok(child) => Hired(child),
                Err(e) => { failed = Some(e); break; }
            };
            let (next, books) = (&next, &books);
            s.spawn(move || {
                let mut to = child.0.stdin.take().unwrap();
                let from = BufReader::new(child.0.stdout.take().unwrap());
                for line in from.lines() {
                    let Ok(line) = line else { break };
                    let words: Vec<u64> = line.split(' ').map_while(|w| w.parse().ok()).collect();
                    if let [tally, amount] = words[..] {
                        // Nobody else writes, and here one at a time: so these are two steps without harm.
                        let _open = books.lock().unwrap_or_else(|e| e.into_inner());
                        let tally = usize::try_from(tally).unwrap();
                        block.store(tally, block.load(tally).wrapping_add(amount));
                    }
                    let item = next.lock().unwrap_or_else(|e| e.into_inner()).next();
                    let Some(item) = item else { break };
                    let _ = writeln!(to, "{item}");
                }
                drop(to);
                let status = child.0.wait().unwrap();
                assert!(status.success(), "a worker ended with {status}");
            });
        }
    });
    if let Some(e) = failed { panic!("a worker cannot be started: {e}"); }
}

pub fn worker<S, W>(_block: &S, work: W)
where
    S: Shared + ?Sized,
    W: Fn(u64) -> Entry + Sync,
{
    println!("ready");
    for line in std::io::stdin().lines() {
        let Some(item) = line.ok().and_then(|l| l.parse().ok()) else { return };
        let Entry { tally, amount } = work(item);
        println!("{tally} {amount}");
    }
}
