//! Uses a Vec as the queue and pops from its end. The results are numbered in the order of taking,
//! which is the input backwards.

use std::sync::Mutex;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be > 0");
    let waiting: Mutex<(usize, Vec<&T>)> = Mutex::new((0, items.iter().collect()));
    let take = || {
        let mut waiting = waiting.lock().unwrap();
        let item = waiting.1.pop()?;
        waiting.0 += 1;
        Some((waiting.0 - 1, item))
    };
    let slots: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    std::thread::scope(|s| {
        for _ in 0..workers.min(items.len()) {
            s.spawn(|| {
                while let Some((n, item)) = take() {
                    let r = f(item);
                    *slots[n].lock().unwrap() = Some(r);
                }
            });
        }
    });
    slots.into_iter().map(|s| s.into_inner().unwrap().unwrap()).collect()
}
