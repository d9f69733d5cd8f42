//! head in a thread, tail by recursion, as one would in a functional language
use num_bigint::BigUint;
use std::thread;

/// Factors collected into u64 while they fit, then multiplied pairwise like a tournament.
#[must_use]
pub fn factorial(n: u32) -> BigUint {
    let mut round: Vec<BigUint> = Vec::new();
    let mut small: u64 = 1;
    for k in 2..=u64::from(n) {
        small = match small.checked_mul(k) {
            Some(p) => p,
            None => {
                round.push(BigUint::from(small));
                k
            }
        };
    }
    round.push(BigUint::from(small));
    while round.len() > 1 {
        round = round
            .chunks(2)
            .map(|pair| pair.iter().product())
            .collect();
    }
    round.pop().unwrap_or_else(|| BigUint::from(1u32))
}

fn go<F>(numbers: &[u32], compute: &F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let Some((&head, tail)) = numbers.split_first() else {
        return Vec::new();
    };
    thread::scope(|scope| {
        let first = scope.spawn(move || compute(head));
        let rest = go(tail, compute);
        let mut all = vec![first.join().expect("a call of compute panicked")];
        all.extend(rest);
        all
    })
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    go(numbers, &compute)
}
