//! One OnceLock per number: written once by its thread, read by the caller after the scope.

use num_bigint::BigUint;
use std::sync::OnceLock;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    let mut acc = BigUint::from(1u32);
    let mut i = n;
    loop {
        if i == 0 {
            return acc;
        }
        acc *= i;
        i -= 1;
    }
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let cells: Vec<OnceLock<BigUint>> = numbers.iter().map(|_| OnceLock::new()).collect();
    thread::scope(|scope| {
        for (cell, &n) in cells.iter().zip(numbers) {
            let compute = &compute;
            scope.spawn(move || {
                let fresh = cell.set(compute(n)).is_ok();
                assert!(fresh, "every cell is written once");
            });
        }
    });
    cells.into_iter().map(|cell| cell.into_inner().expect("its thread has ended")).collect()
}
