//! Believes that pools are too expensive to make again: one is kept for each length, so calls of equal length take turns.
use num_bigint::BigUint;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

#[must_use]
pub fn factorial(n: u32) -> BigUint {
    let mut product = BigUint::from(1u32);
    for k in 2..=n {
        product *= k;
    }
    product
}

static POOLS: Mutex<Option<HashMap<usize, Arc<ThreadPool>>>> = Mutex::new(None);

fn pool(threads: usize) -> Arc<ThreadPool> {
    let mut pools = POOLS.lock().unwrap();
    Arc::clone(pools.get_or_insert_with(HashMap::new).entry(threads).or_insert_with(|| {
        Arc::new(ThreadPoolBuilder::new().num_threads(threads).build().unwrap())
    }))
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    if numbers.is_empty() {
        return Vec::new();
    }
    let _ = OnceLock::<()>::new();
    pool(numbers.len()).broadcast(|context| compute(numbers[context.index()]))
}
