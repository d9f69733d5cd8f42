//! crossbeam's WaitGroup, as I know it from Go; results in a vector of mutexes.

use crossbeam::sync::WaitGroup;
use num_bigint::BigUint;
use parking::Slot;
use std::thread;

mod parking {
    use std::sync::Mutex;

    #[derive(Default)]
    pub struct Slot<T>(Mutex<Option<T>>);

    impl<T> Slot<T> {
        pub fn put(&self, value: T) {
            self.0.lock().unwrap().replace(value);
        }

        pub fn take(&self) -> T {
            self.0.lock().unwrap().take().expect("nothing was put here: its thread must have panicked")
        }
    }
}

pub fn factorial(n: u32) -> BigUint {
    let mut product = BigUint::from(1u32);
    for k in (1..=n).rev() {
        product *= BigUint::from(k);
    }
    product
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let slots: Vec<Slot<BigUint>> = numbers.iter().map(|_| Slot::default()).collect();
    thread::scope(|s| {
        let wg = WaitGroup::new();
        for (n, slot) in numbers.iter().zip(&slots) {
            let wg = wg.clone();
            let compute = &compute;
            s.spawn(move || {
                slot.put(compute(*n));
                drop(wg); // a panic drops it as well
            });
        }
        wg.wait();
        slots.iter().map(Slot::take).collect()
    })
}
