//! No check of `workers` at all: with 0 nobody ever counts up, and the caller sleeps on the condvar for
//! ever.

use std::sync::{Condvar, Mutex};
use std::thread;

struct State<R> {
    next: usize,
    results: Vec<Option<R>>,
    running: usize,
    left: usize,
}

/// Counts its thread out, also when that panics.
struct CountOut<'a, R>(&'a Mutex<State<R>>, &'a Condvar);

impl<R> Drop for CountOut<'_, R> {
    fn drop(&mut self) {
        let mut state = self.0.lock().unwrap();
        state.running -= 1;
        if state.running == 0 {
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
    let state = Mutex::new(State {
        next: 0,
        results: items.iter().map(|_| None).collect(),
        running: workers,
        left: items.len(),
    });
    let finished = Condvar::new();
    thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                let _count_out = CountOut(&state, &finished);
                loop {
                    let i = {
                        let mut state = state.lock().unwrap();
                        state.next += 1;
                        state.next - 1
                    };
                    let Some(item) = items.get(i) else { break };
                    let r = f(item);
                    let mut state = state.lock().unwrap();
                    state.results[i] = Some(r);
                    state.left -= 1;
                }
            });
        }
        let mut guard = state.lock().unwrap();
        // all items done, or every worker that ever started is gone
        while guard.left > 0 && (guard.running > 0 || workers == 0) {
            guard = finished.wait(guard).unwrap();
        }
    });
    state.into_inner().unwrap().results.into_iter().flatten().collect()
}
