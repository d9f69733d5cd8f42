//! `std::sync`: what threads wait for each other with.

pub mod mpsc;

use std::time::Duration;

pub use shuttle::sync::{
    Arc, Barrier, BarrierWaitResult, LockResult, Mutex, MutexGuard, Once, OnceState, PoisonError, RwLock,
    RwLockReadGuard, RwLockWriteGuard, TryLockError, TryLockResult, WaitTimeoutResult, Weak, atomic,
};
/// Whoever waits for another thread to fill one of these stands still here, and that ends the exploring.
pub use std::sync::{LazyLock, OnceLock};

use crate::exploring::never_runs_out;

/// shuttle's own, except for time limits.
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
        never_runs_out(limit);
        self.0.wait_timeout(guard, limit)
    }

    #[expect(clippy::missing_errors_doc, reason = "as in std")]
    pub fn wait_timeout_while<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        limit: Duration,
        condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        never_runs_out(limit);
        self.0.wait_timeout_while(guard, limit, condition)
    }

    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    pub fn notify_all(&self) {
        self.0.notify_all();
    }
}
