//! A job moves from the caller to a worker: it must be `Send`.

use std::rc::Rc;

fn main() {
    solution_02::run_jobs(vec![Rc::new(1)], 2, |job| *job, |_, _| ());
}
