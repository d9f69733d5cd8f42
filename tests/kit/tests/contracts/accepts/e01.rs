//! `parallel_factorials` accepts whatever the contract's bounds allow.

use std::sync::atomic::{AtomicU32, Ordering};

use solution_01::{factorial, parallel_factorials};

#[test]
fn the_function_may_borrow_from_the_caller() {
    let calls = AtomicU32::new(0);
    let counted = |n| {
        calls.fetch_add(1, Ordering::Relaxed);
        factorial(n)
    };
    let first = parallel_factorials(&[3, 4], counted);
    assert_eq!(parallel_factorials(&[3, 4], counted), first);
    assert_eq!(calls.into_inner(), 4);
}

#[test]
fn factorial_itself_may_be_handed_in() {
    assert_eq!(parallel_factorials(&[5], factorial), [factorial(5)]);
}
