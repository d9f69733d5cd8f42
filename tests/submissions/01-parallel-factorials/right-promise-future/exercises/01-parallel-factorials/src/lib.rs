//! std::promise and std::future of C++, rebuilt
use num_bigint::BigUint;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

type Outcome<T> = thread::Result<T>;

struct Shared<T> {
    value: Mutex<Option<Outcome<T>>>,
    ready: Condvar,
}

struct Promise<T>(Arc<Shared<T>>);
struct Future<T>(Arc<Shared<T>>);

fn promise<T>() -> (Promise<T>, Future<T>) {
    let shared = Arc::new(Shared { value: Mutex::new(None), ready: Condvar::new() });
    (Promise(Arc::clone(&shared)), Future(shared))
}

impl<T> Promise<T> {
    fn set(self, value: Outcome<T>) {
        *self.0.value.lock().unwrap() = Some(value);
        self.0.ready.notify_all();
    }
}

impl<T> Future<T> {
    fn get(self) -> Outcome<T> {
        let guard = self.0.value.lock().unwrap();
        let mut guard = self.0.ready.wait_while(guard, |v| v.is_none()).unwrap();
        guard.take().unwrap()
    }
}

/// Prime swing would be faster; odd parts and one shift are enough here.
#[must_use]
pub fn factorial(n: u32) -> BigUint {
    let mut odd = BigUint::from(1u32);
    let mut twos = 0u32;
    for k in 1..=n {
        let z = k.trailing_zeros();
        twos += z;
        odd *= k >> z;
    }
    odd << twos
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let futures: Vec<_> = numbers
            .iter()
            .map(|&n| {
                let (promise, future) = promise();
                scope.spawn(move || promise.set(catch_unwind(AssertUnwindSafe(|| compute(n)))));
                future
            })
            .collect();
        let outcomes: Vec<_> = futures.into_iter().map(Future::get).collect();
        outcomes
            .into_iter()
            .map(|outcome| outcome.unwrap_or_else(|payload| resume_unwind(payload)))
            .collect()
    })
}
