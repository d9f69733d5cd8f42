// An error of a trait in words of the compiler's about a file, at a place that has `mod` in it.
use rayon::prelude::*;
pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers.min(items.len()).max(1)).build().unwrap();
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}

#[diagnostic::on_unimplemented(
    message = "couldn't read `exercises/03-ordered-map/src/lib.rs`: Permission denied (os error 13)"
)]
pub trait Readable {}
pub fn needs<T: Readable>() {}
pub fn asks() {
    needs::<r#mod>();
}
#[allow(non_camel_case_types)]
pub struct r#mod;
