//! Nobody may run further ahead than 2 * workers items of the oldest unfinished one, "to bound the
//! memory". Behind one slow item everything comes to a stop.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex};

struct Window<R> {
    next: usize,
    oldest_open: usize,
    results: BTreeMap<usize, R>,
    broken: bool,
}

struct BreakOnPanic<'a, R>(&'a Mutex<Window<R>>, &'a Condvar);

impl<R> Drop for BreakOnPanic<'_, R> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lock().unwrap().broken = true;
            self.1.notify_all();
        }
    }
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let reach = 2 * workers;
    let window = Mutex::new(Window { next: 0, oldest_open: 0, results: BTreeMap::new(), broken: false });
    let moved = Condvar::new();
    std::thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                let _guard = BreakOnPanic(&window, &moved);
                loop {
                    let i = {
                        let too_far = |w: &mut Window<R>| {
                            !w.broken && w.next < items.len() && w.next >= w.oldest_open + reach
                        };
                        let mut w = moved.wait_while(window.lock().unwrap(), too_far).unwrap();
                        if w.broken || w.next == items.len() {
                            break;
                        }
                        w.next += 1;
                        w.next - 1
                    };
                    let r = f(&items[i]);
                    let mut w = window.lock().unwrap();
                    w.results.insert(i, r);
                    while w.results.contains_key(&w.oldest_open) {
                        w.oldest_open += 1;
                    }
                    drop(w);
                    moved.notify_all();
                }
            });
        }
    });
    window.into_inner().unwrap().results.into_values().collect()
}
