//! The caller parks until the number of running threads is zero; the last one to end unparks it.

use num_bigint::BigUint;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Thread};

pub fn factorial(n: u32) -> BigUint {
    let mut f = BigUint::from(1u32);
    (1..=n).for_each(|i| f *= i);
    f
}

/// Counts the thread out when it ends, by a panic too.
struct Running<'a> {
    left: &'a AtomicUsize,
    caller: Thread,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.caller.unpark();
        }
    }
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let left = AtomicUsize::new(numbers.len());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for (i, &n) in numbers.iter().enumerate() {
            let running = Running { left: &left, caller: thread::current() };
            let (done, compute) = (&done, &compute);
            scope.spawn(move || {
                let _running = running;
                let value = compute(n);
                done.lock().unwrap().push((i, value));
            });
        }
        while left.load(Ordering::Acquire) > 0 {
            thread::park();
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, value)| value).collect()
}
