//! Threads with a name and a stack of their own size, like `Process(name=...)`.

use num_bigint::BigUint;
use std::panic::resume_unwind;
use std::thread::{self, Builder};

pub fn factorial(n: u32) -> BigUint {
    // n! = 2^k * odd part: take the twos out first and shift them back in at the end
    let mut twos = 0u64;
    let mut odd = BigUint::from(1u32);
    for mut factor in 1..=n {
        let zeros = factor.trailing_zeros();
        factor >>= zeros;
        twos += u64::from(zeros);
        odd *= factor;
    }
    odd << twos
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let mut workers = Vec::with_capacity(numbers.len());
        for (i, &n) in numbers.iter().enumerate() {
            let worker = Builder::new()
                .name(format!("fact-{i}"))
                .stack_size(1 << 20)
                .spawn_scoped(scope, move || compute(n))
                .expect("no thread left");
            workers.push(worker);
        }
        workers
            .into_iter()
            .map(|worker| match worker.join() {
                Ok(value) => value,
                Err(payload) => resume_unwind(payload),
            })
            .collect()
    })
}
