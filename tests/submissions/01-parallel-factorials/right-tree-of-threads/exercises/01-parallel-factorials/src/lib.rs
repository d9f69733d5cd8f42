//! Divide and conquer: a list of one number is a call, a longer list is two threads with half of it each.

use num_bigint::BigUint;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    let numbers: Vec<BigUint> = (1..=n).map(BigUint::from).collect();
    multiply_all(numbers)
}

/// Multiplies neighbours until one number is left.
fn multiply_all(mut numbers: Vec<BigUint>) -> BigUint {
    while numbers.len() > 1 {
        numbers = numbers.chunks(2).map(|pair| pair.iter().product()).collect();
    }
    numbers.pop().unwrap_or_else(|| BigUint::from(1u32))
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    // A thread for the root too: the caller only waits.
    thread::scope(|s| s.spawn(|| solve(numbers, &compute)).join())
        .unwrap_or_else(|p| std::panic::resume_unwind(p))
}

fn solve<F>(numbers: &[u32], compute: &F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    match numbers {
        [] => vec![],
        [n] => vec![compute(*n)],
        _ => {
            let (left, right) = numbers.split_at(numbers.len() / 2);
            thread::scope(|s| {
                let left = s.spawn(|| solve(left, compute));
                let right = s.spawn(|| solve(right, compute));
                let mut all = left.join().unwrap();
                all.extend(right.join().unwrap());
                all
            })
        }
    }
}
