//! A factorial outgrows every integer type of fixed size: results are `BigUint`s.

fn main() {
    let _ = solution_01::parallel_factorials(&[20, 21], |n| (1..=u64::from(n)).product::<u64>());
}
