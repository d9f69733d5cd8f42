//! Whoever holds the handles joins them when it goes: so nothing is left running, whatever happens.

use std::thread::{self, ScopedJoinHandle};

use num_bigint::BigUint;

#[must_use]
pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

struct Team<'scope>(Vec<ScopedJoinHandle<'scope, BigUint>>);

impl Team<'_> {
    fn join_first(&mut self) -> BigUint {
        self.0.remove(0).join().unwrap()
    }
}

impl Drop for Team<'_> {
    fn drop(&mut self) {
        for handle in self.0.drain(..) {
            handle.join().unwrap(); // the second panic, while the first one is under way
        }
    }
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let mut team = Team(numbers.iter().map(|&n| scope.spawn(move || compute(n))).collect());
        numbers.iter().map(|_| team.join_first()).collect()
    })
}
