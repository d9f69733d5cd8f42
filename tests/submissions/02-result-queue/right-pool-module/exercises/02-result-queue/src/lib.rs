//! A small pool in a module of its own; run_jobs only connects it with the callback.

mod pool;

use pool::Pool;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "argument workers must not be 0");
    let mut on_result = on_result;
    Pool::new(workers).run(jobs, &work, |message| on_result(message.index, message.result));
}
