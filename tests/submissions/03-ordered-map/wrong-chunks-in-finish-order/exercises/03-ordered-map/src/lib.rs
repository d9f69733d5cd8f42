//! Each thread maps its chunk and appends the finished chunk to the output: in order inside a chunk,
//! but the chunks stand in the order in which they were done.

use std::sync::Mutex;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must not be 0");
    if items.is_empty() {
        return Vec::new();
    }
    let out = Mutex::new(Vec::with_capacity(items.len()));
    std::thread::scope(|s| {
        for chunk in items.chunks(items.len().div_ceil(workers)) {
            let (out, f) = (&out, &f);
            s.spawn(move || {
                let mut part: Vec<R> = chunk.iter().map(f).collect();
                out.lock().unwrap().append(&mut part);
            });
        }
    });
    out.into_inner().unwrap()
}
