//! Exercise 16: an event loop (Python: what is inside of `asyncio.run`).
//!
//! Fill in [`EventLoop`], [`JoinHandle`] and [`Sleep`]: their fields and the bodies of their functions. The lesson, with hints, is in
//! `README.md` beside this package's `Cargo.toml`; check your answer with `cargo test -p exercise-16`.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// What an event loop stands on: a clock, and a bed to sleep in. Given: leave as it is. Clones are the same machine.
pub trait Machine: Clone + Send + Sync + 'static {
    /// The time since the machine was started. It moves on while the loop sleeps, and while a poll takes its time.
    fn now(&self) -> Duration;

    /// Lets the calling thread sleep until [`Machine::unpark`] is called, or until the time is `until`, whichever comes first.
    ///
    /// If `unpark` was called since the last `park` returned, it returns at once. It never returns for no reason.
    fn park(&self, until: Option<Duration>);

    /// Wakes the thread that sleeps in [`Machine::park`], or else the next one that is going to. From any thread.
    fn unpark(&self);
}

/// The task panicked: it has no result. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked;

/// An event loop. Clones are handles to the same one; they may be sent to other threads.
///
/// What a caller may rely on:
///
/// - A future is polled once at first, and from then on only after its waker was called. However often it was called before
///   that poll, it is polled once.
/// - Tasks first run in the order in which they were spawned. Those that were woken run in the order of their wakes. Where `main` stands
///   among them is yours to choose, and so is whether those whose time has come go before or after those who are ready by then.
/// - A future that is woken while it is being polled is polled again, after those that have waited for longer.
/// - A waker may be called from any thread, at any moment: also as the loop is about to sleep, between two calls of
///   [`EventLoop::block_on`], and when its task is long done, or the loop itself is gone. Then it wakes nobody: whoever has come since is
///   somebody else.
/// - Everything is polled on the thread of the [`EventLoop::block_on`] that is in progress. Each may be on another one: tasks and sleeps go
///   on there.
/// - With nothing to poll the loop sleeps in [`Machine::park`], until the earliest time that anybody still waits for.
/// - Whoever wakes itself all the time, a task or `main`, keeps nobody waiting: neither tasks nor timers, nor `main`.
/// - When a task has ended, also by a panic, its future is dropped at once, with the sleeps and handles that it owns: no time passes before
///   that. In its drop it may wake others, and spawn.
/// - Loops and sleeps are `Send` and `Sync`, handles are `Send`: a task may hold them.
///
/// What a caller promises: there is one `block_on` at a time, and none inside of another. A [`JoinHandle`] and a [`Sleep`] are
/// polled inside of a `block_on` of their loop, by wakers that may change from poll to poll; not again once they are ready.
/// There are at most 10,000 tasks and timers, and times are whole milliseconds, of no more than a year.
pub struct EventLoop<M> {
    // The fields are yours to choose: replace this one.
    machine: PhantomData<M>,
}

impl<M: Machine> EventLoop<M> {
    /// A loop with nothing to do.
    #[must_use]
    pub fn new(machine: M) -> Self {
        drop(machine);
        todo!()
    }

    /// Runs `main` to its end on this thread, and tasks meanwhile. Returns as soon as `main` is done: tasks that are not stay as
    /// they are, and the next `block_on` goes on with them.
    ///
    /// # Panics
    ///
    /// As `main` does, with the same payload. The loop can be used again: as after any other end, the next `block_on` goes on with all tasks, and with those first
    /// that were ready.
    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        drop(main);
        todo!()
    }

    /// Schedules a task; nothing of it runs in the call. From any thread, also from inside of a task.
    ///
    /// The handle may be dropped: the task goes on. A panic in the task is the affair of its handle alone.
    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        drop(task);
        todo!()
    }

    /// A future that is ready once so much time has passed since this call. Dropped, it wakes nobody any more.
    ///
    /// Those that end at the same time wake in the order in which they were made.
    #[must_use]
    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        let _ = time;
        todo!()
    }
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        todo!()
    }
}

/// Waits for a task's end.
pub struct JoinHandle<T> {
    // The fields are yours to choose: replace this one.
    result: PhantomData<T>,
}

impl<T> Future for JoinHandle<T> {
    /// What the task has returned, or that it has panicked.
    type Output = Result<T, Panicked>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let _ = context;
        todo!()
    }
}

/// Waits for a time.
pub struct Sleep<M> {
    // The fields are yours to choose: replace this one.
    machine: PhantomData<M>,
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let _ = context;
        todo!()
    }
}
