//! A thousand threads with long names, each one other than the others, wait for ever.

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let _ = (items, f);
    for number in 0..1_000 {
        let name = format!("{number}-{}", "é".repeat(100));
        let _ = std::thread::Builder::new().name(name).stack_size(64 << 10).spawn(std::thread::park);
    }
    loop {
        std::thread::park();
    }
}
