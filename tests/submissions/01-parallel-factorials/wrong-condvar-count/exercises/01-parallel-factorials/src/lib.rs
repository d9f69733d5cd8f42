//! Main waits on a condition variable until the counter has reached the number of threads.

use num_bigint::BigUint;
use std::sync::{Condvar, Mutex};
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let state = Mutex::new((0, vec![None; numbers.len()]));
    let all_done = Condvar::new();
    thread::scope(|s| {
        for (i, &n) in numbers.iter().enumerate() {
            let (state, all_done, compute) = (&state, &all_done, &compute);
            s.spawn(move || {
                let value = compute(n);
                let mut state = state.lock().unwrap();
                state.0 += 1;
                state.1[i] = Some(value);
                all_done.notify_one();
            });
        }
        let mut guard = state.lock().unwrap();
        while guard.0 < numbers.len() {
            guard = all_done.wait(guard).unwrap();
        }
        guard.1.drain(..).map(|value| value.unwrap()).collect()
    })
}
