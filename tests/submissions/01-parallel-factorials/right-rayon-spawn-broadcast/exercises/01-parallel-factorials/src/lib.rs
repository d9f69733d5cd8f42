//! A rayon scope on a pool of my own; `spawn_broadcast` puts one task on each thread, an ArrayQueue collects.

use crossbeam::queue::ArrayQueue;
use num_bigint::BigUint;

pub fn factorial(n: u32) -> BigUint {
    fn between(from: u32, to: u32) -> BigUint {
        if to - from < 16 {
            return (from..to).map(BigUint::from).product();
        }
        let middle = from + (to - from) / 2;
        let (low, high) = rayon::join(|| between(from, middle), || between(middle, to));
        low * high
    }
    between(1, n.max(1) + 1)
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let count = numbers.len();
    if count == 0 {
        return vec![];
    }
    let finished = ArrayQueue::new(count);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap();
    pool.in_place_scope(|scope| {
        scope.spawn_broadcast(|_, context| {
            let i = context.index();
            let value = compute(numbers[i]);
            finished.push((i, value)).expect("room for all of them");
        });
    });
    let mut results: Vec<Option<BigUint>> = vec![None; count];
    for (i, value) in finished {
        results[i] = Some(value);
    }
    results.into_iter().flatten().collect()
}
