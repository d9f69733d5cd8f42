//! One pool thread per number with broadcast. (For no numbers, num_threads(0) means one thread per core.)

use num_bigint::BigUint;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let pool = rayon::ThreadPoolBuilder::new().num_threads(numbers.len()).build().unwrap();
    pool.broadcast(|ctx| compute(numbers[ctx.index()]))
}
