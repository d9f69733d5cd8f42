//! Several threads look at the items: they must be `Sync`.

use std::cell::Cell;

fn main() {
    let items = [Cell::new(1), Cell::new(2)];
    let _ = solution_03::parallel_map(&items, 2, |item| item.get());
}
