//! Any function over any slice, one thread for each item.

use std::thread;

pub fn each_on_its_own_thread<T, R, F>(items: &[T], f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Sync,
{
    let f = &f;
    thread::scope(|scope| {
        let handles = items.iter().map(|item| scope.spawn(move || f(item))).collect::<Vec<_>>();
        let outcomes: Vec<thread::Result<R>> = handles.into_iter().map(|handle| handle.join()).collect();
        outcomes.into_iter().collect::<Result<Vec<R>, _>>()
    })
    .unwrap_or_else(|payload| std::panic::resume_unwind(payload))
}
