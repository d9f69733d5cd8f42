//! Believes that blocks which shrink towards the end are as good as single items: a 32nd of what is left for each worker.
use std::sync::Mutex;
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must not be 0");
    let next = Mutex::new(0);
    let lists = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let range = {
                        let mut next = next.lock().unwrap();
                        let left = items.len() - *next;
                        let block = (left / (32 * workers)).max(1).min(left);
                        let range = *next..*next + block;
                        *next += block;
                        range
                    };
                    if range.is_empty() {
                        break;
                    }
                    let start = range.start;
                    let results: Vec<R> = items[range].iter().map(&f).collect();
                    lists.lock().unwrap().push((start, results));
                }
            });
        }
    });
    let mut lists = lists.into_inner().unwrap();
    lists.sort_by_key(|(start, _)| *start);
    lists.into_iter().flat_map(|(_, results)| results).collect()
}
