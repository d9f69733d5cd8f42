//! Remembers every result in a static table, so that the same number is not worked on again in a later call.

use num_bigint::BigUint;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};
use std::thread;

static KNOWN: LazyLock<Mutex<HashMap<u32, BigUint>>> = LazyLock::new(Default::default);

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let lookup = |n: u32| {
        let known = KNOWN.lock().unwrap().get(&n).cloned();
        if let Some(value) = known {
            return value;
        }
        let value = compute(n);
        KNOWN.lock().unwrap().insert(n, value.clone());
        value
    };
    let lookup = &lookup;
    thread::scope(|scope| {
        let handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || lookup(n))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}
