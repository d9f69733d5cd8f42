//! Every check is worth something: there is no default for its points, nor for its promise.

use judge::suite::{Category, Check, Visibility};

fn main() {
    let _ = Check {
        id: "maps_a_short_list",
        category: Category::Correctness,
        visibility: Visibility::Visible,
        cases: Vec::new(),
    };
}
