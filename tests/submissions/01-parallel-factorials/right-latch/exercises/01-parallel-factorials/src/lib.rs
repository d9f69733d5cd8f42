//! A countdown latch made of a Mutex and a Condvar. Panics are caught on the thread, kept, and raised again by the caller.

use num_bigint::BigUint;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex};
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    (1..=u64::from(n)).map(BigUint::from).product()
}

struct Latch {
    open: Mutex<usize>,
    changed: Condvar,
}

impl Latch {
    fn count_down(&self) {
        *self.open.lock().unwrap() -= 1;
        self.changed.notify_one();
    }

    fn wait(&self) {
        let open = self.open.lock().unwrap();
        drop(self.changed.wait_while(open, |open| *open > 0).unwrap());
    }
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let latch = Latch { open: Mutex::new(numbers.len()), changed: Condvar::new() };
    let outcomes: Vec<Mutex<Option<thread::Result<BigUint>>>> =
        numbers.iter().map(|_| Mutex::new(None)).collect();

    thread::scope(|scope| {
        for (n, outcome) in numbers.iter().zip(&outcomes) {
            let (latch, compute) = (&latch, &compute);
            scope.spawn(move || {
                let result = catch_unwind(AssertUnwindSafe(|| compute(*n)));
                *outcome.lock().unwrap() = Some(result);
                latch.count_down();
            });
        }
        latch.wait();
    });

    outcomes
        .into_iter()
        .map(|outcome| outcome.into_inner().unwrap().expect("the latch is open"))
        .map(|result| result.unwrap_or_else(|payload| resume_unwind(payload)))
        .collect()
}
