//! My solution in modules: `exact` does the arithmetic, `fan_out` the threads.

mod exact;
mod fan_out;

pub use exact::factorial;

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<num_bigint::BigUint>
where
    F: Fn(u32) -> num_bigint::BigUint + Send + Sync,
{
    fan_out::each_on_its_own_thread(numbers, |n| compute(*n))
}
