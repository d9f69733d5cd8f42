//! The thread that calls the work has a name of half a mebibyte, and goes on calling.

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let name = "n".repeat(512 << 10);
    std::thread::scope(|scope| {
        let calls = || items.iter().take(1).cycle().take(3_000).for_each(|item| drop(f(item)));
        std::thread::Builder::new().name(name).spawn_scoped(scope, calls).unwrap();
    });
    items.iter().map(&f).collect()
}
