//! All workers call the same function at the same time: it may not change what it captures.

fn main() {
    let mut calls = 0;
    let _ = solution_03::parallel_map(&[1, 2, 3], 2, |item| {
        calls += 1;
        item * 2
    });
}
