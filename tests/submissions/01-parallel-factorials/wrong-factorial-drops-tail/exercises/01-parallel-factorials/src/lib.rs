//! The factorial itself is parallel too: four threads multiply a quarter each. (The rest of n / 4 is forgotten.)

use num_bigint::BigUint;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    if n < 20 {
        return (1..=n).map(BigUint::from).product();
    }
    let quarter = n / 4;
    thread::scope(|s| {
        let parts: Vec<_> = (0..4)
            .map(|k| {
                s.spawn(move || (k * quarter + 1..=(k + 1) * quarter).map(BigUint::from).product::<BigUint>())
            })
            .collect();
        parts.into_iter().map(|part| part.join().unwrap()).product()
    })
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || compute(n))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}
