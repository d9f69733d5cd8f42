//! Every worker gets its next item while it still works on the last one, so that it never has to wait.
//! But an item that is already in the hand of a busy worker cannot go to a free one.

use std::sync::mpsc;
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    thread::scope(|s| {
        let (done, finished) = mpsc::channel();
        let mut waiting = items.iter().enumerate();
        let hands: Vec<mpsc::Sender<(usize, &T)>> = (0..workers)
            .map(|w| {
                let (hand, jobs) = mpsc::channel();
                let (done, f) = (done.clone(), &f);
                // two for a start
                for job in waiting.by_ref().take(2) {
                    hand.send(job).unwrap();
                }
                s.spawn(move || {
                    for (i, item) in jobs {
                        done.send((w, i, f(item))).unwrap();
                    }
                });
                hand
            })
            .collect();
        drop(done);

        let mut hands: Vec<Option<_>> = hands.into_iter().map(Some).collect();
        if waiting.len() == 0 {
            hands.clear();
        }
        for (w, i, r) in finished {
            results[i] = Some(r);
            if let (Some(job), Some(Some(hand))) = (waiting.next(), hands.get(w)) {
                // a worker that has panicked takes nothing more
                let _ = hand.send(job);
            }
            if waiting.len() == 0 {
                hands.clear();
            }
        }
    });
    results.into_iter().flatten().collect()
}
