//! Threads are started gently, one every 50 ms, so that they do not all begin at the same moment.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    if workers == 0 {
        panic!("`workers` is 0");
    }
    let cursor = Mutex::new(0..items.len());
    let take = || cursor.lock().unwrap().next();
    let run = || {
        let mut mine = Vec::new();
        while let Some(i) = take() {
            mine.push((i, f(&items[i])));
        }
        mine
    };
    let mut slots: Vec<Option<R>> = items.iter().map(|_| None).collect();
    thread::scope(|s| {
        let mut threads = Vec::new();
        for number in 0..workers.min(items.len()) {
            if number > 0 {
                thread::sleep(Duration::from_millis(50));
            }
            threads.push(s.spawn(run));
        }
        for thread in threads {
            for (i, r) in thread.join().unwrap() {
                slots[i] = Some(r);
            }
        }
    });
    slots.into_iter().map(Option::unwrap).collect()
}
