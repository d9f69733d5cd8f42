//! n! from its prime factors: the exponent of p in n! is n/p + n/p^2 + ...

use num_bigint::BigUint;

pub fn factorial(n: u32) -> BigUint {
    primes_up_to(n).into_iter().map(|p| BigUint::from(p).pow(exponent(n, p))).product()
}

fn exponent(mut n: u32, p: u32) -> u32 {
    let mut sum = 0;
    while n >= p {
        n /= p;
        sum += n;
    }
    sum
}

fn primes_up_to(n: u32) -> Vec<u32> {
    let n = n as usize;
    let mut composite = vec![false; n + 1];
    let mut primes = Vec::new();
    for i in 2..=n {
        if composite[i] {
            continue;
        }
        primes.push(i as u32);
        for multiple in (i * i..=n).step_by(i) {
            composite[multiple] = true;
        }
    }
    primes
}
