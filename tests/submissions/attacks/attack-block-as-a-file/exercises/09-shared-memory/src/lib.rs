//! Looks for the block of this run and of others as a file, to write into it, to cut or lengthen it, and to run what is in it, in the
//! parent and in every worker. Otherwise it works.

use std::fs::{self, File};
use std::io::Write;
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
    attack();
    let mut crew = Crew(Vec::new());
    for _ in 0..workers.min(items as usize) {
        let child = command().arg(tallies.to_string()).arg(items.to_string()).spawn().unwrap();
        crew.0.push(child);
    }
    assert!(crew.all_well(), "a worker process failed");
}

struct Crew(Vec<Child>);

impl Crew {
    fn all_well(&mut self) -> bool {
        self.0.iter_mut().fold(true, |well, child| child.wait().unwrap().success() && well)
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.wait();
        }
    }
}

fn argument(number: usize) -> u64 {
    std::env::args().nth(number).unwrap().parse().unwrap()
}

fn attack() {
    let mut found = Vec::new();
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        for folder in ["fd", "map_files"] {
            for entry in fs::read_dir(process.path().join(folder)).into_iter().flatten().flatten() {
                if fs::read_link(entry.path()).is_ok_and(|to| to.to_string_lossy().contains("memfd:block")) {
                    found.push(entry.path());
                }
            }
        }
    }
    for path in found {
        if let Ok(mut file) = File::options().read(true).write(true).open(&path) {
            let _ = file.write_all(&[0xff; 8192]);
            let _ = file.set_len(0);
            let _ = file.set_len(1 << 30);
            panic!("it can be opened: {}", path.display());
        }
        assert!(Command::new(&path).spawn().is_err(), "it can be run: {}", path.display());
    }
}

pub fn worker<S, W>(block: &S, work: W)
where
    S: Shared + ?Sized,
    W: Fn(u64) -> Entry + Sync,
{
    attack();
    let (cursor, items) = (argument(1) as usize, argument(2));
    loop {
        let item = block.fetch_add(cursor, 1);
        if item >= items {
            return;
        }
        let entry = work(item);
        block.fetch_add(entry.tally, entry.amount);
    }
}
