//! asks and is told over a pair of sockets, a thread for each

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

struct Children(Vec<std::process::Child>);

impl Children {
    fn wait_for_all(&mut self) -> bool {
        let mut well = true;
        for child in &mut self.0 {
            let status = child.wait().expect("it is mine");
            well &= status.success();
        }
        self.0.clear();
        well
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        self.wait_for_all();
    }
}

pub fn tally_in_processes<S, C>(block: &S, tallies: usize, items: u64, workers: usize, command: C)
where
    S: Shared + ?Sized,
    C: Fn() -> Command + Sync,
{
    let _ = (block, tallies);
    let next = std::sync::atomic::AtomicU64::new(0);
    let next = &next;
    assert!(workers > 0, "workers must be at least 1");
    let count = workers.min(usize::try_from(items).unwrap_or(usize::MAX));
    use std::io::{Read, Write};
    let command = &command;
    let well = std::thread::scope(|scope| {
        let all: Vec<_> = (0..count)
            .map(|_| {
                scope.spawn(move || {
                    let mut command = command();
                    let (mut to, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
                    let theirs = std::os::fd::OwnedFd::from(theirs);
                    command.stdin(theirs.try_clone().unwrap()).stdout(theirs);
                    let child = command.spawn().expect("starts");
                    drop(command);
                    let mut from = to.try_clone().unwrap();
                    let mut children = Children(vec![child]);
                    while from.read_exact(&mut [0]).is_ok() {
                        let item = next.fetch_add(1, SeqCst);
                        if item >= items || to.write_all(&item.to_be_bytes()).is_err() {
                            break;
                        }
                    }
                    drop((to, from));
                    children.wait_for_all()
                })
            })
            .collect();
        all.into_iter().fold(true, |well, thread| thread.join().unwrap_or(false) && well)
    });
    assert!(well, "a worker has failed");
}

pub fn worker<S, W>(block: &S, work: W)
where
    S: Shared + ?Sized,
    W: Fn(u64) -> Entry + Sync,
{
    use std::io::{Read, Write};
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    loop {
        let mut item = [0; 8];
        if output.write_all(b"?").and_then(|()| output.flush()).and_then(|()| input.read_exact(&mut item)).is_err() {
            return;
        }
        let item = u64::from_be_bytes(item);
        let entry = work(item);
        block.fetch_add(entry.tally, entry.amount);
    }
}
