//! All workers call the same function: what it captures must be `Sync`.

use std::cell::Cell;

fn main() {
    let calls = Cell::new(0);
    let _ = solution_03::parallel_map(&[1, 2, 3], 2, |item| {
        calls.set(calls.get() + 1);
        item * 2
    });
}
