//! Makes links in a folder of the machine.

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
    let _ = std::os::unix::fs::symlink("/etc/passwd", "/tmp/grader-attack-link");
    let _ = std::fs::hard_link("/etc/hostname", "/tmp/grader-attack-hard-link");
    let _ = std::os::unix::net::UnixListener::bind("/tmp/grader-attack-socket");
}
