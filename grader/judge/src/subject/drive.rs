//! Drivers: threads of the kit that call the student's code, one step at a time, when the judge says so.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::thread::{self, Thread};

use super::Judge;
use crate::steps::{Gave, Told, thread_of, told_back};
use crate::wire::{Payload, Work};

/// Runs so many drivers until the judge tells each that it is over. Driver 0 is the calling thread, the others are `driver-1`, … Each
/// makes its hands by `make`, with its number, on its own thread; they do an operation and tell its result. An operation that panics ends
/// its row, and no more.
///
/// # Panics
/// If there can't be as many threads, or if what a driver holds at its end panics when it is dropped.
pub fn drive<H>(judge: &Judge, drivers: u16, make: impl Fn(u16) -> H + Sync)
where
    H: FnMut(&[u64]) -> Vec<u64>,
{
    let threads: Vec<OnceLock<Thread>> = (0..drivers).map(|_| OnceLock::new()).collect();
    let (threads, make) = (&threads, &make);
    let run = move |driver: u16| {
        let _ = threads[usize::from(driver)].set(thread::current());
        run(judge, driver, make(driver), threads);
    };
    thread::scope(|scope| {
        for driver in 1..drivers {
            let spawned =
                thread::Builder::new().name(thread_of(driver)).spawn_scoped(scope, move || run(driver));
            spawned.expect("this machine has room for the kit's own threads");
        }
        run(0);
    });
}

fn run(judge: &Judge, driver: u16, mut hands: impl FnMut(&[u64]) -> Vec<u64>, threads: &[OnceLock<Thread>]) {
    let mut last = Payload::default();
    for key in 0.. {
        let told = judge.work(Work { kind: Work::driver(driver), key, input: last });
        last = match Told::read(&told) {
            Told::Stop => return,
            Told::Row(row) => told_back(&in_a_row(&row, &mut hands)),
            Told::Nudge(whom) => {
                if let Some((driver, address)) = whom {
                    nudge(threads.get(usize::from(driver)).and_then(OnceLock::get), address);
                }
                Payload::default()
            }
        };
    }
}

fn in_a_row(row: &[Vec<u64>], hands: &mut impl FnMut(&[u64]) -> Vec<u64>) -> Vec<Gave> {
    let mut gave = Vec::with_capacity(row.len());
    for op in row {
        let result = catch_unwind(AssertUnwindSafe(|| hands(op)));
        let panicked = result.is_err();
        gave.push(result.map_or(Gave::Panicked, Gave::Result));
        if panicked {
            break;
        }
    }
    gave
}

/// Wakes one thread that waits, though nothing has happened: whoever waits at this address, and this one where it is parked. Both may
/// happen to any program (`Condvar::wait`, `park`).
fn nudge(thread: Option<&Thread>, address: u64) {
    if let Some(thread) = thread {
        thread.unpark();
    }
    wake_one(address);
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "std has no spurious wake-ups on demand")]
fn wake_one(address: u64) {
    if address != 0 {
        // SAFETY: FUTEX_WAKE reads and writes no memory of this process, whatever the address is.
        unsafe {
            libc::syscall(libc::SYS_futex, address, libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG, 1);
        }
    }
}

/// Where threads can't be seen there is no address.
#[cfg(not(target_os = "linux"))]
fn wake_one(_address: u64) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_its_row_and_the_hands_go_on() {
        let mut sum = 0;
        let mut hands = |op: &[u64]| {
            assert_ne!(op, [0], "this operation panics");
            sum += op[0];
            vec![sum]
        };
        let gave = in_a_row(&[vec![2], vec![0], vec![5]], &mut hands);
        assert_eq!(gave, [Gave::Result(vec![2]), Gave::Panicked]);
        assert_eq!(in_a_row(&[vec![3]], &mut hands), [Gave::Result(vec![5])]);
    }

    #[test]
    fn a_parked_thread_is_nudged_without_an_address() {
        let parked = thread::spawn(thread::park);
        nudge(Some(parked.thread()), 0);
        parked.join().unwrap();
    }
}
