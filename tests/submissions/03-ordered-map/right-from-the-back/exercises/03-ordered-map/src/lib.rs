//! The waiting items lie on a stack and are taken from the end: the order of the starts is free, only
//! the order of the output is not. Asks for less than it may: `F: Sync` is enough.

use std::sync::Mutex;
use std::thread;

pub fn parallel_map<T: Sync, R: Send, F: Fn(&T) -> R + Sync>(items: &[T], workers: usize, f: F) -> Vec<R> {
    let 1.. = workers else { panic!("workers may not be zero") };
    let mut stack: Vec<(&T, Option<R>)> = items.iter().map(|item| (item, None)).collect();
    let waiting = Mutex::new(stack.iter_mut());

    thread::scope(|s| {
        let worker = || {
            loop {
                let Some((item, result)) = waiting.lock().unwrap().next_back() else { return };
                result.replace(f(item));
            }
        };
        for _ in 0..workers {
            s.spawn(worker);
        }
    });

    stack.into_iter().filter_map(|(_, result)| result).collect()
}
