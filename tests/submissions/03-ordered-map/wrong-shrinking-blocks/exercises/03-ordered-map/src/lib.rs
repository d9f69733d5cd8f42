//! "Guided" scheduling: big blocks first, smaller ones later, down to one item. Balances the end well,
//! unless the heavy items are in the first block.

use std::sync::Mutex;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let rest = Mutex::new((0, items));
    let take_block = || {
        let mut rest = rest.lock().unwrap();
        let (start, waiting) = *rest;
        let size = (waiting.len() / (2 * workers)).max(1).min(waiting.len());
        let (block, after) = waiting.split_at(size);
        *rest = (start + size, after);
        (start, block)
    };
    let mut parts: Vec<(usize, Vec<R>)> = std::thread::scope(|s| {
        let handles: Vec<_> = (0..workers)
            .map(|_| {
                s.spawn(|| {
                    let mut mine = Vec::new();
                    loop {
                        let (start, block) = take_block();
                        if block.is_empty() {
                            return mine;
                        }
                        mine.push((start, block.iter().map(&f).collect()));
                    }
                })
            })
            .collect();
        handles.into_iter().flat_map(|h| h.join().unwrap()).collect()
    });
    parts.sort_by_key(|part| part.0);
    parts.into_iter().flat_map(|part| part.1).collect()
}
