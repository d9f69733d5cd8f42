//! rayon again, the low way: one small job per item, spawned into a scope of a private pool. Each job
//! owns the `&mut` to its own place in the output, so there is nothing to lock and nothing to sort.

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "`workers` must be at least one");
    let mut out: Vec<Option<R>> = Vec::new();
    out.resize_with(items.len(), || None);

    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(workers)
        .thread_name(|n| format!("map-{n}"))
        .build()
        .unwrap();
    let f = &f;
    pool.scope(|s| {
        for (item, place) in items.iter().zip(&mut out) {
            s.spawn(move |_| *place = Some(f(item)));
        }
    });
    out.into_iter().flatten().collect()
}
