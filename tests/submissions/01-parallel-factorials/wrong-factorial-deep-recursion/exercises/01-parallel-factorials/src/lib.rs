//! My own long multiplication, recursive: n! = n * (n - 1)!. (Each level keeps its digits on the stack; too deep for 1000!.)

use num_bigint::BigUint;
use std::thread;

/// 5000! has 16326 digits.
const DIGITS: usize = 16_400;

pub fn factorial(n: u32) -> BigUint {
    let digits = go(n);
    let text: Vec<u8> = digits.iter().rev().map(|d| d + b'0').collect();
    BigUint::parse_bytes(&text, 10).unwrap()
}

fn go(n: u32) -> [u8; DIGITS] {
    if n == 0 {
        let mut one = [0; DIGITS];
        one[0] = 1;
        return one;
    }
    let smaller = go(n - 1);
    let mut digits = [0; DIGITS];
    let mut carry = 0;
    for (digit, old) in digits.iter_mut().zip(smaller) {
        carry += u32::from(old) * n;
        *digit = (carry % 10) as u8;
        carry /= 10;
    }
    digits
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || compute(n))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}
