//! All workers share `work`: what it captures must be `Sync`.

use std::cell::Cell;

fn main() {
    let worked = Cell::new(0);
    solution_02::run_jobs(vec![1, 2], 2, |job: i32| worked.set(worked.get() + job), |_, ()| ());
}
