//! each worker returns its list, which is sorted by index; a heap merges the lists
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "parallel_map: workers = {workers}");
    let next = AtomicUsize::new(0);
    let one_worker = || {
        let mut mine = Vec::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            match items.get(i) {
                Some(item) => mine.push((i, f(item))),
                None => return mine,
            }
        }
    };
    let lists: Vec<Vec<(usize, R)>> = thread::scope(|scope| {
        let handles: Vec<_> = (0..workers.min(items.len())).map(|_| scope.spawn(one_worker)).collect();
        handles.into_iter().map(|h| h.join().unwrap_or_else(|p| std::panic::resume_unwind(p))).collect()
    });
    let mut lists: Vec<_> = lists.into_iter().map(|list| list.into_iter().peekable()).collect();
    let mut heap: BinaryHeap<Reverse<(usize, usize)>> = lists
        .iter_mut()
        .enumerate()
        .filter_map(|(w, list)| list.peek().map(|(i, _)| Reverse((*i, w))))
        .collect();
    let mut output = Vec::with_capacity(items.len());
    while let Some(Reverse((_, w))) = heap.pop() {
        output.push(lists[w].next().unwrap().1);
        if let Some((i, _)) = lists[w].peek() {
            heap.push(Reverse((*i, w)));
        }
    }
    output
}
