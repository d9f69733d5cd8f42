//! A barrier where all threads and main meet when everybody is done. (A call that panics never gets there.)

use num_bigint::BigUint;
use std::sync::{Barrier, Mutex};
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    let mut result = BigUint::from(1u32);
    for i in 2..=n {
        result *= i;
    }
    result
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let finish = Barrier::new(numbers.len() + 1);
    let results = Mutex::new(vec![BigUint::ZERO; numbers.len()]);
    thread::scope(|s| {
        for (i, &n) in numbers.iter().enumerate() {
            let (finish, results, compute) = (&finish, &results, &compute);
            s.spawn(move || {
                let value = compute(n);
                results.lock().unwrap()[i] = value;
                finish.wait();
            });
        }
        finish.wait();
    });
    results.into_inner().unwrap()
}
