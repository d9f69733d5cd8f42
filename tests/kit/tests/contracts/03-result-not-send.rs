//! A result is made on one thread and handed to another: it must be `Send`.

use std::rc::Rc;

fn main() {
    let _ = solution_03::parallel_map(&[1, 2, 3], 2, |item| Rc::new(*item));
}
