//! Deals the jobs out like cards: worker w gets w, w + workers, w + 2 * workers, ...

use std::sync::mpsc;
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let mut hands: Vec<Vec<(usize, J)>> = (0..workers).map(|_| Vec::new()).collect();
    for (i, job) in jobs.into_iter().enumerate() {
        hands[i % workers].push((i, job));
    }
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for hand in hands {
            let tx = tx.clone();
            let work = &work;
            s.spawn(move || {
                for (i, job) in hand {
                    if tx.send((i, work(job))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(tx);
        for (i, result) in rx {
            on_result(i, result);
        }
    });
}
