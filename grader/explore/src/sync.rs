//! `std::sync`: what threads wait for each other with.

pub mod mpsc;

use std::time::Duration;

pub use shuttle::sync::{
    Arc, Barrier, BarrierWaitResult, LockResult, Mutex, MutexGuard, Once, OnceState, PoisonError, RwLock,
    RwLockReadGuard, RwLockWriteGuard, TryLockError, TryLockResult, Weak, atomic,
};
/// Whoever waits for another thread to fill one of these stands still here, and that ends the exploring.
pub use std::sync::{LazyLock, OnceLock};

use crate::exploring::is_long;
use crate::time::{Instant, until_it_runs_out};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    #[must_use]
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

/// shuttle's own, except for time limits: whoever waits with one that may run out waits until it does, and nobody who notifies finds it
/// waiting. That is what happens with any `Condvar` where the limit runs out just before.
#[derive(Debug, Default)]
pub struct Condvar(shuttle::sync::Condvar);

impl Condvar {
    #[must_use]
    pub const fn new() -> Self {
        Self(shuttle::sync::Condvar::new())
    }

    #[expect(clippy::missing_errors_doc, reason = "as in std")]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        self.0.wait(guard)
    }

    #[expect(clippy::missing_errors_doc, reason = "as in std")]
    pub fn wait_while<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        self.0.wait_while(guard, condition)
    }

    #[expect(clippy::missing_errors_doc, reason = "as in std")]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        limit: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let back = if is_long(limit) {
            self.0.wait(guard)
        } else {
            let end = shuttle::sync::Condvar::new();
            until_it_runs_out(limit, || end.wait(guard), || end.notify_all())
        };
        let result = WaitTimeoutResult(!is_long(limit));
        back.map(|guard| (guard, result)).map_err(|poison| PoisonError::new((poison.into_inner(), result)))
    }

    #[expect(clippy::missing_errors_doc, reason = "as in std")]
    pub fn wait_timeout_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        limit: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let begun = Instant::now();
        while condition(&mut *guard) {
            let Some(left) = limit.checked_sub(begun.elapsed()).filter(|left| !left.is_zero()) else {
                return Ok((guard, WaitTimeoutResult(true)));
            };
            guard = self.wait_timeout(guard, left)?.0;
        }
        Ok((guard, WaitTimeoutResult(false)))
    }

    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    pub fn notify_all(&self) {
        self.0.notify_all();
    }
}
