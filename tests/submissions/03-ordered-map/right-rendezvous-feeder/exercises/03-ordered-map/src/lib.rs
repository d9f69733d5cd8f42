//! A channel of capacity 0: an item changes hands only when a worker is there to take it. The feeder
//! stops when no worker is left (they have all panicked), because then the last receiver is gone.

use crossbeam::channel;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "Number of workers must be > 0");
    let mut out: Vec<Option<R>> = std::iter::repeat_with(|| None).take(items.len()).collect();

    std::thread::scope(|s| {
        let (give, take) = channel::bounded::<(usize, &T)>(0);
        let handles: Vec<_> = (0..workers)
            .map(|_| {
                let take = take.clone();
                let f = &f;
                s.spawn(move || take.iter().map(|(i, item)| (i, f(item))).collect::<Vec<_>>())
            })
            .collect();
        drop(take);

        for job in items.iter().enumerate() {
            if give.send(job).is_err() {
                break;
            }
        }
        drop(give);

        let ends: Vec<_> = handles.into_iter().map(|h| h.join()).collect();
        for end in ends {
            for (i, r) in end.unwrap() {
                out[i] = Some(r);
            }
        }
    });
    out.into_iter().map(|r| r.unwrap()).collect()
}
