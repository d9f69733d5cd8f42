//! Believes that small blocks do no harm: a 64th of each worker's share, which is one item up to 127 items for each.
use std::sync::Mutex;
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must not be 0");
    let block = (items.len() / (workers * 64)).max(1);
    let blocks = Mutex::new(items.chunks(block).enumerate());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let next = blocks.lock().unwrap().next();
                    let Some((b, block)) = next else { break };
                    let results: Vec<R> = block.iter().map(&f).collect();
                    done.lock().unwrap().push((b, results));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(b, _)| *b);
    done.into_iter().flat_map(|(_, results)| results).collect()
}
