//! A worker that falls is replaced, so that the others do not have more to do. (The watchman and the one that falls both see
//! to it.)

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::thread::{self, Scope};

struct State<'a, T, R, F> {
    items: Mutex<std::iter::Enumerate<std::slice::Iter<'a, T>>>,
    results: Mutex<Vec<(usize, R)>>,
    fallen: Mutex<Option<Box<dyn Any + Send>>>,
    f: F,
}

fn work<'scope, T: Sync, R: Send, F: Fn(&T) -> R + Send + Sync>(
    scope: &'scope Scope<'scope, '_>,
    state: &'scope State<'_, T, R, F>,
) {
    loop {
        let next = state.items.lock().unwrap().next();
        let Some((index, item)) = next else { return };
        match catch_unwind(AssertUnwindSafe(|| (state.f)(item))) {
            Ok(result) => state.results.lock().unwrap().push((index, result)),
            Err(panic) => {
                *state.fallen.lock().unwrap() = Some(panic);
                scope.spawn(move || work(scope, state));
                scope.spawn(move || work(scope, state));
                return;
            }
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
    let items = Mutex::new(items.iter().enumerate());
    let state = State { items, results: Mutex::new(Vec::new()), fallen: Mutex::new(None), f };
    thread::scope(|scope| {
        for _ in 0..workers {
            let state = &state;
            scope.spawn(move || work(scope, state));
        }
    });
    if let Some(panic) = state.fallen.into_inner().unwrap() {
        resume_unwind(panic);
    }
    let mut results = state.results.into_inner().unwrap();
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
