//! Every worker has a deque of its own, dealt out like cards. Who has run dry steals from the others,
//! one item at a time, and goes home when all deques are empty (no item ever comes back, so empty stays
//! empty).

use crossbeam::deque::{Steal, Stealer, Worker};

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers: 0 is not possible");
    let workers = workers.min(items.len());
    let decks: Vec<Worker<usize>> = (0..workers).map(|_| Worker::new_fifo()).collect();
    for i in 0..items.len() {
        decks[i % workers].push(i);
    }
    let others: Vec<Stealer<usize>> = decks.iter().map(|deck| deck.stealer()).collect();

    let mut pairs: Vec<(usize, R)> = std::thread::scope(|s| {
        let (others, f) = (&others, &f);
        let handles: Vec<_> = decks
            .into_iter()
            .map(|deck| {
                s.spawn(move || {
                    let mut done = Vec::new();
                    while let Some(i) = deck.pop().or_else(|| steal_one(others)) {
                        done.push((i, f(&items[i])));
                    }
                    done
                })
            })
            .collect();
        let joined: Vec<_> = handles.into_iter().map(|h| h.join()).collect();
        joined.into_iter().flat_map(|done| done.expect("a worker panicked")).collect()
    });
    pairs.sort_by_key(|pair| pair.0);
    pairs.into_iter().map(|pair| pair.1).collect()
}

fn steal_one(decks: &[Stealer<usize>]) -> Option<usize> {
    loop {
        let mut lost_a_race = false;
        for deck in decks {
            match deck.steal() {
                Steal::Success(i) => return Some(i),
                Steal::Retry => lost_a_race = true,
                Steal::Empty => {}
            }
        }
        if !lost_a_race {
            return None;
        }
    }
}
