//! The result is a collection of its own, with an `into_iter` of its own.

use rayon::prelude::*;
pub struct Many<R>(Vec<R>);
impl<R> Many<R> { pub fn into_iter(self) -> std::iter::Rev<std::vec::IntoIter<R>> { self.0.into_iter().rev() } }
pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Many<R>
where T: Sync, R: Send, F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers.min(items.len()).max(1)).build().unwrap();
    Many(pool.install(|| { let mut v: Vec<R> = items.par_iter().with_max_len(1).map(f).collect(); v.reverse(); v }))
}
