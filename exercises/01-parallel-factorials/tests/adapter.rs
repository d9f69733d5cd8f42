//! Turns the judge's requests into calls of `parallel_factorials` and `factorial`.
//!
//! Of `parallel_factorials`: input, the key of the first number, then the numbers; output, one number for each result. The
//! judge's answers fit in 64 bits; a result that does not is none of them, and reads 0. Of `factorial`: input, the number;
//! output, the result's digits to base 2^64, the lowest first. It runs on a thread with the stack that the contract names.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::{panic, thread};

use exercise_01::{factorial, parallel_factorials};
use judge::subject::{Judge, Raises};
use judge::wire::{Payload, Request, Work};
use num_bigint::BigUint;

/// The functions; `parallel_factorials` also with threads that the judge lets in, and with panics that have a `&str`, or no text.
const FACTORIAL: u16 = 1;
const PARALLEL_FACTORIALS_LET_IN: u16 = 2;
const PARALLEL_FACTORIALS_RAISING_STR: u16 = 3;
const PARALLEL_FACTORIALS_RAISING_NUMBER: u16 = 4;

/// The supplied function `compute`, and a thread that asks to be let in.
const COMPUTE: u16 = 0;
const LET_IN: u16 = 1;

/// The stack that `factorial` may use, in bytes.
const STACK: usize = 256 << 10;

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
    if request.entry == FACTORIAL {
        return Payload::of(on_a_small_stack(small(first)));
    }
    let numbers: Vec<u32> = numbers.iter().copied().map(small).collect();
    let keys = Keys::of(first, &numbers);
    let raises = match request.entry {
        PARALLEL_FACTORIALS_RAISING_STR => Raises::Str,
        PARALLEL_FACTORIALS_RAISING_NUMBER => Raises::Number,
        _ => Raises::String,
    };
    let compute = |n: u32| {
        let input = Payload::of([u64::from(n)]);
        let work = Work { kind: COMPUTE, key: keys.next(n), input };
        let answer = raises.in_place_of_a_string(|| judge.work(work)).numbers[0];
        BigUint::from(answer)
    };
    let _held = (request.entry == PARALLEL_FACTORIALS_LET_IN).then(|| judge.hold_newborns(LET_IN));
    let results: Vec<BigUint> = parallel_factorials(&numbers, compute);
    Payload::of(results.iter().map(|result| match result.to_u64_digits()[..] {
        [one] => one,
        _ => 0,
    }))
}

/// The digits of n!, to base 2^64.
fn on_a_small_stack(n: u32) -> Vec<u64> {
    thread::scope(|scope| {
        let small = thread::Builder::new().name("factorial".to_owned()).stack_size(STACK);
        let digits = small.spawn_scoped(scope, || {
            let product: BigUint = factorial(n);
            product.to_u64_digits()
        });
        let digits = digits.expect("the system gives a thread").join();
        digits.unwrap_or_else(|payload| panic::resume_unwind(payload))
    })
}

fn small(number: u64) -> u32 {
    u32::try_from(number).expect("the judge sends numbers of 32 bits")
}
