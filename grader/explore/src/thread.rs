//! `std::thread`: threads that take turns, and no sleep.

use std::io;
use std::time::Duration;

use judge::interleavings::Stopped;

pub use shuttle::thread::{
    JoinHandle, Result, Scope, ScopedJoinHandle, Thread, ThreadId, current, panicking, park, scope, spawn,
    yield_now,
};
pub use std::thread::available_parallelism;

use crate::exploring::{give_up, is_long};
use crate::time::until_it_runs_out;

/// Nobody knows what it waits for.
pub fn sleep(_time: Duration) {
    give_up(Stopped::Sleeps)
}

/// As `park`, where the limit is one that nobody waits for; otherwise the limit may run out before somebody unparks the thread.
pub fn park_timeout(limit: Duration) {
    if is_long(limit) {
        return park();
    }
    let thread = current();
    until_it_runs_out(limit, park, move || thread.unpark());
}

/// shuttle's own starts no scoped threads.
#[derive(Debug, Default)]
pub struct Builder(shuttle::thread::Builder);

impl Builder {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn name(self, name: String) -> Self {
        Self(self.0.name(name))
    }

    /// All stacks are of one size here.
    #[must_use]
    pub fn stack_size(self, _size: usize) -> Self {
        self
    }

    #[expect(clippy::missing_errors_doc, reason = "there is always room for a thread")]
    pub fn spawn<F, T>(self, body: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.0.spawn(body)
    }

    #[expect(clippy::missing_errors_doc, reason = "there is always room for a thread")]
    pub fn spawn_scoped<'scope, F, T>(
        self,
        scope: &'scope Scope<'scope, '_>,
        body: F,
    ) -> io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        Ok(scope.spawn(body))
    }
}
