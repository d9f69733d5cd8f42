//! The workers first, one for each number; then the numbers, through a queue that all of them receive from.

use std::thread;

use crossbeam::channel;
use num_bigint::BigUint;

#[must_use]
pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let (send_number, numbers_in) = channel::unbounded::<(usize, u32)>();
    let (send_result, results) = channel::unbounded();
    let compute = &compute;
    thread::scope(|scope| {
        for _ in numbers {
            let (numbers_in, send_result) = (numbers_in.clone(), send_result.clone());
            scope.spawn(move || {
                for (place, n) in numbers_in {
                    let _ = send_result.send((place, compute(n)));
                }
            });
        }
        drop((numbers_in, send_result));
        for entry in numbers.iter().copied().enumerate() {
            send_number.send(entry).unwrap();
        }
        drop(send_number);
        let mut values: Vec<Option<BigUint>> = vec![None; numbers.len()];
        for (place, value) in results {
            values[place] = Some(value);
        }
        values.into_iter().map(|value| value.expect("each sends its own")).collect()
    })
}
