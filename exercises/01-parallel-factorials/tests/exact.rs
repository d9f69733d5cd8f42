//! Exact factorials, calculated apart from the student's code and from its library.

use judge::checks::{Expected, Returns, ReturnsExactly};
use judge::scenario::{Call, Plan, Scenario};
use judge::suite::Case;
use judge::wire::{Payload, Request};

use std::time::Duration;

/// `factorial`, as the adapter numbers it.
const FACTORIAL: u16 = 1;

/// A call of `factorial` for each number, one after the other, each on a thread with the stack that the contract names: what goes
/// one level deeper for each number up to n runs out of it.
pub(crate) fn exact(label: &str, numbers: &[u32]) -> Case {
    let call =
        |&n| Call { lane: 0, request: Request { entry: FACTORIAL, input: Payload::of([u64::from(n)]) } };
    let calls = numbers.iter().map(call).collect();
    let mut scenario = Scenario::new(label, calls, Plan::default());
    // An unoptimised multiplication of one's own is slow, and right.
    scenario.limits.cpu = Duration::from_secs(10);
    let expected = |&n| Expected { call: format!("factorial({n})"), value: Payload::of(product(n)) };
    let expected = numbers.iter().map(expected).collect();
    Case::of(scenario).and(Returns).and(ReturnsExactly { expected, show, why })
}

/// n! to base 2^64, the lowest digit first: long multiplication, digit by digit, by as many factors at a time as fit in one.
fn product(n: u32) -> Vec<u64> {
    let mut digits = vec![1_u64];
    let mut factor = 1_u64;
    for next in (1..=n).map(u64::from) {
        factor = factor.checked_mul(next).unwrap_or_else(|| {
            multiply(&mut digits, factor);
            next
        });
    }
    multiply(&mut digits, factor);
    digits
}

fn multiply(digits: &mut Vec<u64>, factor: u64) {
    let mut carry = 0_u128;
    for digit in &mut *digits {
        carry += u128::from(*digit) * u128::from(factor);
        *digit = low(carry);
        carry >>= 64;
    }
    if carry > 0 {
        digits.push(low(carry));
    }
}

/// The lowest 64 bits.
fn low(number: u128) -> u64 {
    u64::try_from(number & u128::from(u64::MAX)).expect("64 bits fit")
}

/// In decimal; of a long number both ends and the length.
fn show(payload: &Payload) -> String {
    const SHOWN: usize = 60;
    let decimal = decimal(&payload.numbers);
    if decimal.len() <= SHOWN {
        return decimal;
    }
    let (first, last) = (&decimal[..12], &decimal[decimal.len() - 12..]);
    format!("{first}…{last} ({} digits)", judge::words::thousands(decimal.len() as u64))
}

/// Long division by 10^19, the largest power of ten in 64 bits.
fn decimal(digits: &[u64]) -> String {
    const BASE: u128 = 10_000_000_000_000_000_000;
    let (mut digits, mut groups) = (digits.to_vec(), Vec::new());
    while !digits.is_empty() {
        let mut rest = 0;
        for digit in digits.iter_mut().rev() {
            let number = rest << 64 | u128::from(*digit);
            *digit = low(number / BASE);
            rest = number % BASE;
        }
        groups.push(rest);
        while digits.last() == Some(&0) {
            digits.pop();
        }
    }
    let first = groups.pop().unwrap_or(0).to_string();
    groups.iter().rev().fold(first, |text, group| format!("{text}{group:019}"))
}

/// What such a wrong value most likely comes from.
fn why(_call: usize, expected: &Payload, got: &Payload) -> (String, String) {
    let (expected, got) = (&expected.numbers, &got.numbers);
    let (cause, hint) = match got[..] {
        [] if expected[..] == [1] => {
            ("the product of no numbers is 1, not 0", "begin with 1, and multiply by nothing where n is 0")
        }
        [] => ("a factor is 0", "begin the range at 1"),
        [one] if expected.len() > 1 && one == expected[0] => (
            "the product is calculated in `u64`, which holds no more than 20!, and wraps around",
            "multiply `BigUint`s: `BigUint::from(i)` for each factor",
        ),
        [u64::MAX] | [u64::MAX, u64::MAX] => (
            "the product is calculated in a type of fixed size (`u64` ends at 20!, `u128` at 34!) and stops at its largest value",
            "multiply `BigUint`s: `BigUint::from(i)` for each factor",
        ),
        _ if begins_alike(expected, got) => (
            "only the first digits are right: floating-point numbers keep no more than 15 to 17 of them",
            "multiply `BigUint`s: `BigUint::from(i)` for each factor",
        ),
        _ if got.len() > expected.len() => (
            "a factor is counted twice, or something is kept from an earlier call",
            "begin with 1 again in each call, and multiply by each number from 1 to n once",
        ),
        _ => (
            "a factor is left out or counted twice (`1..n` ends before n; a split that drops the rest; a counter that is too \
             small), a product of several factors outgrows its type and wraps around, or something is kept from an earlier call",
            "begin with 1 again in each call, and multiply a `BigUint` by each number from 1 to n once (`1..=n`)",
        ),
    };
    (cause.to_owned(), hint.to_owned())
}

/// Whether two numbers are equally long and begin with the same digits.
fn begins_alike(one: &[u64], other: &[u64]) -> bool {
    let (one, other) = (decimal(one), decimal(other));
    one.len() == other.len() && one.get(..12).is_some_and(|digits| other.starts_with(digits))
}
