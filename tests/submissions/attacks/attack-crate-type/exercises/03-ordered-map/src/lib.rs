//! Would be a plugin of the compiler.

#![crate_type = "proc-macro"]

use rayon::prelude::*;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}

#[proc_macro]
pub fn evil(_: proc_macro::TokenStream) -> proc_macro::TokenStream {
    std::fs::write("/tmp/grader-attack-proc-macro", "it ran").unwrap();
    Default::default()
}
