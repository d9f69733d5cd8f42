//! Results go into a shared map, index -> value. The lock is taken only to store, after the work is done.

use num_bigint::BigUint;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

pub fn factorial(n: u32) -> BigUint {
    match n {
        0 | 1 => BigUint::from(1u32),
        _ => (2..=n).map(BigUint::from).product(),
    }
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let table = Arc::new(Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for (position, &number) in numbers.iter().enumerate() {
            let table = Arc::clone(&table);
            let compute = &compute;
            scope.spawn(move || {
                let answer = compute(number);
                let mut table = table.lock().unwrap();
                table.insert(position, answer);
            });
        }
    });
    let mut table = table.lock().unwrap();
    std::mem::take(&mut *table).into_values().collect()
}
