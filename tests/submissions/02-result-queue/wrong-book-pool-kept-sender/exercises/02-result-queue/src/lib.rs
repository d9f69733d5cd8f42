//! The pool of the Rust book; the sender of the jobs lives to the end of the scope.

use std::sync::{Arc, Mutex, mpsc};
use std::thread;
pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers");
    let work = &work;
    thread::scope(|s| {
        let (jtx, jrx) = mpsc::channel();
        let jrx = Arc::new(Mutex::new(jrx));
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let tx = tx.clone();
            let jrx = jrx.clone();
            s.spawn(move || {
                loop {
                    let (i, j) = jrx.lock().unwrap().recv().unwrap();
                    tx.send((i, work(j))).unwrap();
                }
            });
        }
        for x in jobs.into_iter().enumerate() {
            jtx.send(x).unwrap();
        }
        drop(tx);
        for (i, r) in rx {
            on_result(i, r);
        }
    });
}
