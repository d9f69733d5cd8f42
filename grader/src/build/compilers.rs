//! How many compilers run at once: one for each core, however many hand-ins are under way.
//!
//! A compiler never waits for anything but its core, and takes 250 MB: more of them would only take more memory.

use std::sync::{Condvar, Mutex, PoisonError};

/// Leave to compile, for so many at once.
pub(super) struct Compilers {
    free: Mutex<usize>,
    freed: Condvar,
}

/// Leave to compile, until this is dropped.
pub(super) struct Leave<'a>(&'a Compilers);

impl Compilers {
    /// One for each core.
    pub(super) fn new() -> Self {
        Self::of(std::thread::available_parallelism().map_or(1, usize::from))
    }

    fn of(count: usize) -> Self {
        Self { free: Mutex::new(count), freed: Condvar::new() }
    }

    /// Waits for one to be free.
    pub(super) fn take(&self) -> Leave<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self.freed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Leave(self)
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn no_more_than_so_many_are_under_way_and_all_get_their_turn() {
        let (compilers, under_way, most) = (Compilers::of(2), AtomicUsize::new(0), AtomicUsize::new(0));
        let compile = || {
            let _leave = compilers.take();
            most.fetch_max(under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::yield_now();
            under_way.fetch_sub(1, Ordering::SeqCst);
        };
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..50).for_each(|_| compile()));
            }
        });
        assert!((1..=2).contains(&most.into_inner()));
        assert_eq!(*compilers.free.lock().unwrap(), 2);
    }
}
