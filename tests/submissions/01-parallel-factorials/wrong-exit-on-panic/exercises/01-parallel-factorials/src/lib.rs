//! When a call fails the program cannot go on, so I end it.

use num_bigint::BigUint;
use std::process;
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
    let compute = &compute;
    thread::scope(|scope| {
        let handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || compute(n))).collect();
        let mut results = Vec::new();
        for handle in handles {
            match handle.join() {
                Ok(value) => results.push(value),
                Err(_) => {
                    eprintln!("a factorial failed");
                    process::exit(0);
                }
            }
        }
        results
    })
}
