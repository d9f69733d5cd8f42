//! Each thread has a place that it fills when it goes, also after a panic: then the caller knows that all have been there.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::thread;

use num_bigint::BigUint;

#[must_use]
pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

struct Place<'a> {
    all: &'a Mutex<Vec<Option<BigUint>>>,
    index: usize,
    value: Option<BigUint>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.all.lock().unwrap()[self.index] = self.value.take();
    }
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let all = Mutex::new(vec![None; numbers.len()]);
    thread::scope(|scope| {
        for (index, &n) in numbers.iter().enumerate() {
            let (all, compute) = (&all, &compute);
            scope.spawn(move || {
                let mut place = Place { all, index, value: None };
                match catch_unwind(AssertUnwindSafe(|| compute(n))) {
                    Ok(value) => place.value = Some(value),
                    Err(payload) => {
                        let failed = all.lock().unwrap();
                        drop(failed.first());
                        let _keep = failed; // the guard goes in the panic: that poisons the lock
                        raise(payload)
                    }
                }
            });
        }
    });
    all.into_inner().unwrap().into_iter().map(Option::unwrap).collect()
}

fn raise(payload: Box<dyn std::any::Any + Send>) -> ! {
    resume_unwind(payload)
}
