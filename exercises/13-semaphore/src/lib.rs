//! Exercise 13: a semaphore (Python: `threading.Semaphore(permits)`).
//!
//! Fill in [`Semaphore`] and [`Permit`]: their fields and the bodies of their functions. The lesson, with hints, is in
//! `README.md` beside this package's `Cargo.toml`; check your answer with `cargo test -p exercise-13`.

use std::marker::PhantomData;
use std::time::Duration;

/// A number of permits. A thread needs one to go on, and gives it back when it is done.
///
/// What a caller may rely on:
///
/// - No more than `permits` permits are out at any moment, and nobody waits while one is free: a thread waits only while
///   all of them are out.
/// - First come, first served: of the threads that wait in `acquire` and `acquire_timeout`, the one that called first gets
///   the next permit. One that gives up leaves the line, and those behind it move up.
/// - A permit that comes back goes to the first in the line, at once. If several come back, as many threads go on.
/// - A wait ends by its event alone. A thread that wakes up for no reason, as `Condvar::wait` may, waits on, and keeps its
///   place in the line.
/// - Waiting sleeps: no busy loops, no looking again and again, no guessed pauses.
/// - Semaphores know nothing of each other. Each may be used from any number of threads, and a thread may hold several
///   permits.
///
/// What a caller promises: permits are dropped and not forgotten (`mem::forget`), and at most 300 threads wait at once.
pub struct Semaphore {
    // The fields are yours to choose.
}

/// The right to go on, until it is dropped. It may be dropped on another thread than the one that got it.
#[must_use = "the permit goes back as soon as it is dropped"]
pub struct Permit<'a> {
    // The fields are yours to choose: replace this one.
    semaphore: PhantomData<&'a Semaphore>,
}

impl Semaphore {
    /// A semaphore with `permits` permits, all of them free. With 0 nobody ever gets one. There are at most a million.
    #[must_use]
    pub fn new(permits: usize) -> Self {
        let _ = permits;
        todo!()
    }

    /// Waits for a permit. If one is free and nobody waits, there is nothing to wait for.
    pub fn acquire(&self) -> Permit<'_> {
        todo!()
    }

    /// A permit, if one is free and nobody waits for it; `None` otherwise. It never waits and never overtakes.
    #[must_use]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        todo!()
    }

    /// Waits for a permit, but no longer than `timeout`: then it gives `None`, and never earlier.
    ///
    /// - A free permit is taken at once, also with a `timeout` of zero.
    /// - `Duration::MAX` means forever.
    /// - If the time runs out just as the permit comes, either answer is right; the permit is not lost.
    /// - Whoever has given up leaves nothing behind: everybody else goes on as if it had never been in the line.
    #[must_use]
    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let _ = timeout;
        todo!()
    }
}

impl Drop for Permit<'_> {
    /// Gives the permit back, also where a panic drops it. It never waits for another thread to take it, and never panics.
    fn drop(&mut self) {
        todo!()
    }
}
