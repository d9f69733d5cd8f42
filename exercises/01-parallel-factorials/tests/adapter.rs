//! Turns the judge's requests into calls of `parallel_factorials` and `factorial`.
//!
//! Of `parallel_factorials`: input, the key of the first number, then the numbers; output, one number for each result. The
//! judge's answers fit in 64 bits; a result that does not is none of them, and reads 0. Of `factorial`: input, the number;
//! output, the result's digits to base 2^64, the lowest first.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use exercise_01::{factorial, parallel_factorials};
use judge::subject::Judge;
use judge::wire::{Payload, Request, Work};

/// The functions.
const PARALLEL_FACTORIALS: u16 = 0;

/// The supplied function `compute`.
const COMPUTE: u16 = 0;

/// The key of a number that is not in the list.
const NOT_IN_THE_LIST: u64 = u64::MAX;

/// The keys of the numbers. `compute` learns a number and not its place, so equal numbers get their keys in the order in
/// which they come; once all are given out, the last one is given again.
struct Keys(Mutex<BTreeMap<u32, VecDeque<u64>>>);

impl Keys {
    fn of(first: u64, numbers: &[u32]) -> Self {
        let mut keys: BTreeMap<u32, VecDeque<u64>> = BTreeMap::new();
        for (key, &n) in (first..).zip(numbers) {
            keys.entry(n).or_default().push_back(key);
        }
        Self(Mutex::new(keys))
    }

    fn next(&self, n: u32) -> u64 {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(of_number) = keys.get_mut(&n) else { return NOT_IN_THE_LIST };
        let next = if of_number.len() > 1 { of_number.pop_front() } else { of_number.front().copied() };
        next.unwrap_or(NOT_IN_THE_LIST)
    }
}

/// Calls the student's functions.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let (&first, numbers) = request.input.numbers.split_first().expect("the judge sends a number");
    if request.entry != PARALLEL_FACTORIALS {
        return Payload::of(factorial(small(first)).to_u64_digits());
    }
    let numbers: Vec<u32> = numbers.iter().copied().map(small).collect();
    let keys = Keys::of(first, &numbers);
    let compute = |n: u32| {
        let input = Payload::of([u64::from(n)]);
        judge.work(Work { kind: COMPUTE, key: keys.next(n), input }).numbers[0].into()
    };
    let results = parallel_factorials(&numbers, compute);
    Payload::of(results.iter().map(|result| match result.to_u64_digits()[..] {
        [one] => one,
        _ => 0,
    }))
}

fn small(number: u64) -> u32 {
    u32::try_from(number).expect("the judge sends numbers of 32 bits")
}
