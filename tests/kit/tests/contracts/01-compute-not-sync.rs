//! All threads share the function: what it captures must be `Sync`.

use std::cell::RefCell;

fn main() {
    let seen = RefCell::new(Vec::new());
    let _ = solution_01::parallel_factorials(&[1, 2, 3], |n| {
        seen.borrow_mut().push(n);
        solution_01::factorial(n)
    });
}
