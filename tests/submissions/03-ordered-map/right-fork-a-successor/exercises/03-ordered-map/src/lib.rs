//! workers are a chain: each thread works one item and starts the thread for the next one (no pool at all)
use std::sync::Mutex;
use std::thread::{self, Scope};

struct Job<'i, T, R, F> {
    todo: Mutex<std::iter::Enumerate<std::slice::Iter<'i, T>>>,
    done: Mutex<Vec<Option<R>>>,
    f: F,
}

fn lane<'scope, 'env, 'i, T, R, F>(scope: &'scope Scope<'scope, 'env>, job: &'env Job<'i, T, R, F>)
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    let next = job.todo.lock().unwrap().next();
    if let Some((i, item)) = next {
        scope.spawn(move || {
            let result = (job.f)(item);
            job.done.lock().unwrap()[i] = Some(result);
            lane(scope, job);
        });
    }
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must not be 0");
    let job = Job {
        todo: Mutex::new(items.iter().enumerate()),
        done: Mutex::new(items.iter().map(|_| None).collect()),
        f,
    };
    thread::scope(|scope| {
        for _ in 0..workers {
            lane(scope, &job);
        }
    });
    job.done.into_inner().unwrap().into_iter().map(Option::unwrap).collect()
}
