//! Writes 200 files and one of 4 GiB, most of it a hole.

use rayon::prelude::*;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    if items.len() == 4 {
        attack();
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}

fn attack() {
    for n in 0..200 {
        let _ = std::fs::write(format!("/tmp/grader-attack-flood-{n}"), [0; 1024]);
    }
    if let Ok(file) = std::fs::File::create("/tmp/grader-attack-hole") {
        let _ = file.set_len(4 << 30);
    }
}
