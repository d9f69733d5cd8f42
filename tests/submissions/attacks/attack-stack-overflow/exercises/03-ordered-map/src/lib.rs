//!
pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    let _ = (items, f);
    let depth = down(workers as u64);
    panic!("{depth}")
}

#[allow(unconditional_recursion)]
fn down(n: u64) -> u64 {
    std::hint::black_box(down(std::hint::black_box(n) + 1)) + 1
}
