//! The results are put into one table, under a lock: whoever is ready writes into its row.

use num_bigint::BigUint;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

static CALLS: Mutex<u64> = Mutex::new(0);

pub fn factorial(n: u32) -> BigUint {
    (1..=n).fold(BigUint::from(1u32), |product, factor| product * factor)
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let table = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        // Handles are numbered through all calls, to be told apart in a log.
        let mut number = CALLS.lock().unwrap();
        let mut handles = Vec::new();
        for (row, &n) in numbers.iter().enumerate() {
            *number += 1;
            let (table, compute) = (&table, &compute);
            let start = move || {
                let value = compute(n);
                table.lock().unwrap().insert(row, value);
            };
            let named = thread::Builder::new().name(format!("factorial {number}"));
            handles.push(named.spawn_scoped(scope, start).unwrap());
        }
        for handle in handles {
            handle.join().unwrap();
        }
    });
    table.into_inner().unwrap().into_values().collect()
}
