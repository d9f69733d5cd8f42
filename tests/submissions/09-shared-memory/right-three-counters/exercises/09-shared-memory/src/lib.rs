//! Three counters in the block say all: taken, worked, added. The parent looks at its processes in turn.
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


#[derive(Clone, Copy)]
enum Counter { Taken = 3, Worked, Added, Items }

#[derive(Default)]
struct Crew(std::collections::VecDeque<std::process::Child>);
impl Drop for Crew {
    fn drop(&mut self) { self.0.iter_mut().for_each(|child| { let _ = child.wait(); }) }
}

struct Desk<'a, S: ?Sized> { block: &'a S, base: usize }

impl<S: Shared + ?Sized> Desk<'_, S> {
    fn bump(&self, counter: Counter) -> u64 { self.block.fetch_add(self.base + counter as usize, 1) }
    fn read(&self, counter: Counter) -> u64 { self.block.load(self.base + counter as usize) }
}

impl<S: Shared + ?Sized> Iterator for Desk<'_, S> {
    type Item = u64;
    fn next(&mut self) -> Option<u64> {
        if self.read(Counter::Taken) >= self.read(Counter::Items) { return None; }
        Some(self.bump(Counter::Taken)).filter(|&item| item < self.read(Counter::Items))
    }
}

pub fn tally_in_processes<S, C>(block: &S, tallies: usize, items: u64, workers: usize, command: C)
where
    S: Shared + ?Sized,
    C: Fn() -> Command + Sync,
{
    assert!(workers != 0);
    block.store(tallies + Counter::Items as usize, items);
    let mut crew = Crew::default();
    let mut errors = Vec::new();
    while (crew.0.len() + errors.len()) as u64 != items.min(workers as u64) {
        let mut c = command();
        c.env("TALLIES_BASE", format!("{tallies}")).stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null());
        match c.spawn() { Ok(child) => crew.0.push_back(child), Err(e) => errors.push(e.to_string()) }
    }
    while let Some(mut child) = crew.0.pop_front() {
        match child.try_wait() {
            Ok(None) => {
                crew.0.push_back(child);
                std::thread::sleep(std::time::Duration::from_millis(4));
            }
            Ok(Some(status)) if status.success() => {}
            other => errors.push(format!("{other:?}")),
        }
    }
    if !errors.is_empty() { panic!("not all of the workers: {errors:?}"); }
    assert_eq!(block.load(tallies + Counter::Added as usize), items);
}

pub fn worker<S, W>(block: &S, work: W)
where
    S: Shared + ?Sized,
    W: Fn(u64) -> Entry + Sync,
{
    let base = std::env::var("TALLIES_BASE").unwrap().parse().unwrap();
    for item in (Desk { block, base }) {
        let desk = Desk { block, base };
        let entry = work(item);
        desk.bump(Counter::Worked);
        block.fetch_add(entry.tally, entry.amount);
        desk.bump(Counter::Added);
    }
}
