//! All threads write into one shared vector. (The lock is taken before the argument of insert is computed.)

use num_bigint::BigUint;
use std::collections::HashMap;
use std::sync::Mutex;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let results = Mutex::new(HashMap::new());
    std::thread::scope(|s| {
        for (i, &n) in numbers.iter().enumerate() {
            let (results, compute) = (&results, &compute);
            s.spawn(move || {
                results.lock().unwrap().insert(i, compute(n));
            });
        }
    });
    let mut results = results.into_inner().unwrap();
    (0..numbers.len()).map(|i| results.remove(&i).unwrap()).collect()
}
