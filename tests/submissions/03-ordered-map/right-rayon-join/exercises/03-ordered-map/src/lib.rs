//! Divide and conquer: halve the list until one item is left, `rayon::join` does the rest. The output
//! slice is split in the same places as the input, so the order looks after itself.

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers >= 1, "workers = {workers}, but it takes one at least");
    let mut out: Vec<Option<R>> = items.iter().map(|_| None).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| halve(items, &mut out, &f));
    out.into_iter().map(|r| r.expect("every leaf was visited")).collect()
}

fn halve<T, R, F>(items: &[T], out: &mut [Option<R>], f: &F)
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Sync,
{
    match items {
        [] => {}
        [only] => out[0] = Some(f(only)),
        _ => {
            let middle = items.len() / 2;
            let (left, right) = items.split_at(middle);
            let (out_left, out_right) = out.split_at_mut(middle);
            rayon::join(|| halve(left, out_left, f), || halve(right, out_right, f));
        }
    }
}
