//! The threads send (index, result) through a channel and the main thread puts each one in its place.

use num_bigint::BigUint;
use std::sync::mpsc;
use std::thread;

/// Product of lo..=hi by cutting the range into halves: both factors stay about the same size.
fn product(lo: u32, hi: u32) -> BigUint {
    if lo > hi {
        return BigUint::from(1u32);
    }
    if lo == hi {
        return BigUint::from(lo);
    }
    let mid = lo + (hi - lo) / 2;
    product(lo, mid) * product(mid + 1, hi)
}

pub fn factorial(n: u32) -> BigUint {
    product(1, n)
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    let mut slots: Vec<Option<BigUint>> = vec![None; numbers.len()];
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for (i, &n) in numbers.iter().enumerate() {
            let tx = tx.clone();
            s.spawn(move || {
                let value = compute(n);
                tx.send((i, value)).unwrap();
            });
        }
        drop(tx);
        // ends when the last thread has dropped its sender, also when one of them panicked
        for (i, value) in rx {
            slots[i] = Some(value);
        }
    });
    slots.into_iter().map(|slot| slot.unwrap()).collect()
}
