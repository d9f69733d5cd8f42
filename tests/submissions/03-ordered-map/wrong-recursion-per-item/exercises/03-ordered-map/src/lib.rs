//! A worker calls itself for its next item, and each step has its own scratch buffer on the stack. With
//! few workers a hundred items are too deep.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Work<'a, T, R, F> {
    items: &'a [T],
    slots: Vec<Mutex<Option<R>>>,
    next: AtomicUsize,
    f: F,
}

impl<T, R, F: Fn(&T) -> R> Work<'_, T, R, F> {
    fn step(&self, depth: u8) -> usize {
        let i = self.next.fetch_add(1, Ordering::Relaxed);
        let Some(item) = self.items.get(i) else { return 0 };
        let mut scratch = [depth; 512 * 1024];
        let r = (self.f)(item);
        *self.slots[i].lock().unwrap() = Some(r);
        std::hint::black_box(&mut scratch);
        let below = self.step(depth.wrapping_add(1));
        // how many items this worker has done
        below + usize::from(std::hint::black_box(&scratch)[i] == depth)
    }
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let work =
        Work { items, slots: items.iter().map(|_| Mutex::new(None)).collect(), next: AtomicUsize::new(0), f };
    std::thread::scope(|s| {
        let handles: Vec<_> = (0..workers).map(|_| s.spawn(|| work.step(0))).collect();
        for handle in handles {
            println!("a worker has done {} items", handle.join().unwrap());
        }
    });
    work.slots.into_iter().map(|slot| slot.into_inner().unwrap().unwrap()).collect()
}
