//! 16 MiB of stack for each thread (mapped, not used); prints what it does
use num_bigint::BigUint;
use std::thread;

#[must_use]
pub fn factorial(n: u32) -> BigUint {
    let product = product(1, u64::from(n));
    product
}

fn product(from: u64, to: u64) -> BigUint {
    match to.checked_sub(from) {
        None => BigUint::from(1u32),
        Some(0) => BigUint::from(from),
        Some(width) => {
            let middle = from + width / 2;
            product(from, middle) * product(middle + 1, to)
        }
    }
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let mut handles = std::collections::VecDeque::new();
        for (i, &n) in numbers.iter().enumerate() {
            let handle = thread::Builder::new()
                .name(format!("factorial of {n}"))
                .stack_size(16 << 20)
                .spawn_scoped(scope, move || {
                    let result = compute(n);
                    result
                })
                .expect("failed to spawn");
            handles.push_back(handle);
        }
        let mut results = Vec::new();
        while let Some(handle) = handles.pop_front() {
            results.push(handle.join().unwrap());
        }
        results
    })
}
