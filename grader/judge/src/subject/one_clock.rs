//! Calls of async functions beside threads that work: a current-thread tokio runtime whose clock is held, and moved by the judge.
//!
//! tokio's paused clock moves by itself as soon as the runtime is idle: too early where threads work, and never while a closure of
//! `spawn_blocking` runs. So one such closure, of the kit's own, holds it for the whole call, and then nothing moves it but
//! `tokio::time::advance`. One tick is 1 ms of it. Supplied work is awaited ([`Judge::ask`]) or called ([`Judge::work`]), and takes
//! its time on the judge's clock.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{PoisonError, mpsc};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use super::{Judge, PARKS, event_loop, threads};
use crate::wire::{Payload, ToJudge};

/// Without a type of its own, so that all it meets here is compiled once, with this crate.
type Boxed<'a> = Pin<Box<dyn Future<Output = Payload> + 'a>>;

/// Runs a future to its end on a runtime of its own and tells the judge how it ended. What it leaves behind runs on until the judge has
/// seen enough of it. A panic of the future is its outcome. The scenario has to be on one clock, with its timers held.
///
/// # Panics
/// When the system gives no runtime.
pub fn run<F>(judge: &Judge, call: impl FnOnce() -> F) -> Payload
where
    F: Future<Output = Payload>,
{
    run_boxed(judge, Box::new(|| Box::pin(call())));
    Payload::default()
}

fn run_boxed<'a>(judge: &Judge, call: Box<dyn FnOnce() -> Boxed<'a> + 'a>) {
    let parks = || {
        PARKS.fetch_add(1, Ordering::SeqCst);
    };
    // Where real work is measured, time is real, too.
    let held = judge.burn.is_none();
    let mut runtime = Builder::new_current_thread();
    runtime.enable_all().start_paused(held).on_thread_park(parks).on_thread_unpark(parks);
    // A thread of its own that is idle waits for work, and for no time.
    let runtime = runtime.thread_keep_alive(Duration::MAX).build().expect("the system gives a runtime");
    let moved = held.then(|| hold(judge, &runtime));
    runtime.block_on(async {
        let outcome = event_loop::caught(async { call().await }).await;
        judge.end(outcome, None);
        if let Some(moved) = moved {
            let _ = moved.await;
        }
    });
    // Threads that were left behind may wait for what never comes.
    runtime.shutdown_background();
}

/// Holds the runtime's clock, and has it moved by the judge until that has something else to do; then the task that does so ends.
fn hold(judge: &Judge, runtime: &Runtime) -> JoinHandle<()> {
    let (gate, closed) = mpsc::channel::<()>();
    let own = judge.clone();
    runtime.spawn_blocking(move || {
        own.shared.outbox.send(&ToJudge::Own { tid: threads::current() });
        closed.recv()
    });
    let (steps, mut told) = tokio::sync::mpsc::unbounded_channel::<u64>();
    *judge.shared.clock.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(move |by| {
        // It is closed when this is dropped.
        let _ = &gate;
        // A runtime that has ended has no clock.
        let _ = steps.send(by);
    }));
    runtime.spawn(async move {
        while let Some(by) = told.recv().await {
            tokio::time::advance(Duration::from_millis(by)).await;
        }
    })
}
