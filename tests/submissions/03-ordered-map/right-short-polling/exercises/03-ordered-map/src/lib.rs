//! I did not get along with channels, so the calling thread looks every 5 ms whether the workers have
//! finished. Prints what it does.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    if workers < 1 {
        panic!("workers has to be 1 or more, not {workers}");
    }
    if items.is_empty() {
        println!("nothing to do");
        return vec![];
    }
    println!("mapping {} items with {workers} workers", items.len());

    let todo = Mutex::new(0);
    let done = Mutex::new(Vec::new());
    thread::scope(|s| {
        let mut handles = Vec::new();
        for _ in 0..workers {
            handles.push(s.spawn(|| {
                loop {
                    let i = {
                        let mut todo = todo.lock().unwrap();
                        *todo += 1;
                        *todo - 1
                    };
                    if i >= items.len() {
                        return;
                    }
                    let result = f(&items[i]);
                    println!("item {i} is ready");
                    done.lock().unwrap().push((i, result));
                }
            }));
        }
        while handles.iter().any(|h| !h.is_finished()) {
            thread::sleep(Duration::from_millis(5));
        }
        for h in handles {
            h.join().expect("worker died");
        }
    });

    let mut done = done.into_inner().unwrap();
    done.sort_by(|a, b| a.0.cmp(&b.0));
    done.into_iter().map(|(_, r)| r).collect()
}
