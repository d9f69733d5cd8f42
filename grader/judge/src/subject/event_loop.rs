//! Calls of async functions: a current-thread tokio runtime whose clock is paused, so that time is virtual there too.
//!
//! Supplied work is a future. When it is first polled it tells the judge and sleeps for as long as the judge said when the call
//! began, on the runtime's clock; then it says that it is done, and returns what the judge has answered meanwhile. Should that not
//! have arrived, it blocks: the runtime is not idle then, so its clock cannot jump. One tick is 1 ms of that clock, which moves only
//! when the runtime has nothing left to do.
//!
//! Invariant: whatever polls the work, its time is that of the call's own runtime. A runtime of the student's own, with a clock that
//! stands still or runs ahead, changes no tick of it.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, sleep, timeout};

use super::{Judge, PARKS, Slot, answered, panics, threads};
use crate::wire::{Moved, Outcome, Payload, ToJudge, Work};

/// How long the runtime goes on after the call has ended, in ticks: whatever the call left behind shows.
const LINGER: Duration = Duration::from_hours(1000);

/// Turns that whatever was aborted by a panic or by being dropped gets to be dropped itself.
const SETTLE: Duration = Duration::from_millis(1);

/// A future without a type of its own, so that all it meets here is compiled once, with this crate, and not with each answer.
type Boxed<'a> = Pin<Box<dyn Future<Output = Payload> + 'a>>;

/// A call of an async function, as its adapter sees it. Clones stand for the same call.
#[derive(Clone)]
pub struct EventLoop {
    judge: Judge,
    clock: Arc<Clock>,
}

/// The clock of a call: that of the runtime which runs it.
struct Clock {
    runtime: Handle,
    start: Instant,
    /// The last tick that was told. What is told of one call is told in the order of its ticks, whichever thread tells it.
    told: Mutex<u64>,
}

impl Clock {
    /// Of the runtime that this is called in.
    fn new() -> Self {
        Self { runtime: Handle::current(), start: Instant::now(), told: Mutex::default() }
    }

    /// Tells something with its tick.
    fn tell<T>(&self, tell: impl FnOnce(u64) -> T) -> T {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        *told = self.now().unwrap_or(*told);
        tell(*told)
    }

    /// Ticks since the call began; `None` on a thread that is ending and knows of no runtime any more.
    fn now(&self) -> Option<u64> {
        if Handle::try_current().is_err_and(|none| none.is_thread_local_destroyed()) {
            return None;
        }
        let _here = self.runtime.enter();
        Some(u64::try_from(self.start.elapsed().as_millis()).expect("virtual time is short"))
    }

    /// Whether this is called elsewhere than where the call was made.
    fn moved(&self, caller: u64) -> Option<Moved> {
        if threads::current() != caller {
            return Some(Moved::Thread);
        }
        let here = Handle::try_current().is_ok_and(|here| here.id() == self.runtime.id());
        (!here).then_some(Moved::Runtime)
    }
}

impl EventLoop {
    /// Runs a future to its end on a runtime of its own and tells the judge how and when it ended.
    ///
    /// With `drop_after`, the future is dropped after so many ticks. The runtime goes on for a long virtual time afterwards,
    /// so that what is left behind can be seen. A panic of the future is its outcome.
    ///
    /// # Panics
    /// When the system gives no runtime.
    pub fn run<F>(judge: &Judge, drop_after: Option<u64>, call: impl FnOnce(Self) -> F) -> Payload
    where
        F: Future<Output = Payload>,
    {
        Self::run_boxed(judge, drop_after, Box::new(|this| Box::pin(call(this))));
        Payload::default()
    }

    fn run_boxed<'a>(judge: &Judge, drop_after: Option<u64>, call: Box<dyn FnOnce(Self) -> Boxed<'a> + 'a>) {
        let parks = || {
            PARKS.fetch_add(1, Ordering::SeqCst);
        };
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().start_paused(true).on_thread_park(parks).on_thread_unpark(parks);
        let runtime = runtime.build().expect("the system gives a runtime");
        runtime.block_on(async {
            let this = Self { judge: judge.clone(), clock: Arc::new(Clock::new()) };
            // The call itself may panic, before there is a future.
            let clone = this.clone();
            let future = caught(async move { call(clone).await });
            let outcome = match drop_after {
                None => future.await,
                Some(ticks) => {
                    timeout(Duration::from_millis(ticks), future).await.unwrap_or(Outcome::Dropped)
                }
            };
            let at = this.clock.tell(|at| at);
            if !matches!(outcome, Outcome::Returned(_)) {
                sleep(SETTLE).await;
            }
            judge.end(outcome, Some(at));
            sleep(LINGER).await;
        });
    }

    /// Waits so many ticks of the call's own clock, whichever runtime polls this; none at all are over at once.
    pub fn wait(&self, ticks: u64) -> impl Future<Output = ()> + Send + Sync + use<> {
        let _here = self.clock.runtime.enter();
        let sleep = (ticks > 0).then(|| sleep(Duration::from_millis(ticks)));
        async move {
            if let Some(sleep) = sleep {
                sleep.await;
            }
        }
    }

    /// Runs a task of the exercise's own on the call's runtime, whichever runtime this is called in.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.clock.runtime.spawn(task);
    }

    /// One call of the supplied work: in flight from its first poll to its end or drop. Where it takes no time, it ends in that
    /// first poll.
    ///
    /// # Panics
    /// With the judge's message where the judge injects a panic.
    #[must_use]
    pub fn work(&self, work: Work) -> Pin<Box<dyn Future<Output = Payload> + Send + '_>> {
        Box::pin(async move {
            let ticks = self.judge.lengths.get(&(work.kind, work.key)).copied().unwrap_or(0);
            let in_flight = self.begin(work);
            self.wait(ticks).await;
            in_flight.finish()
        })
    }

    /// Work whose course is the adapter's own matter: in flight from now until it is finished or dropped.
    #[must_use]
    pub fn begin(&self, work: Work) -> InFlight {
        let call = self.judge.call;
        let moved = self.clock.moved(self.judge.caller);
        let (id, slot) =
            self.clock.tell(|at| self.judge.shared.ask(|id| ToJudge::Begin { id, call, work, at, moved }));
        InFlight { event_loop: self.clone(), id, slot, answer: None, ended: false }
    }
}

/// Work that has begun; dropped before its end, it says so.
pub struct InFlight {
    event_loop: EventLoop,
    id: u64,
    slot: Arc<Slot>,
    /// Once it was taken.
    answer: Option<Payload>,
    ended: bool,
}

impl InFlight {
    /// As [`EventLoop::wait`].
    pub fn wait(&self, ticks: u64) -> impl Future<Output = ()> + Send + Sync + use<> {
        self.event_loop.wait(ticks)
    }

    /// What the work gives, before its end. The judge has said it when the work began.
    ///
    /// # Panics
    /// With the judge's message where the judge injects a panic.
    pub fn answer(&mut self) -> &Payload {
        let slot = &self.slot;
        self.answer.get_or_insert_with(|| answered(slot.wait()))
    }

    /// It ends now.
    ///
    /// # Panics
    /// With the judge's message where the judge injects a panic.
    #[expect(clippy::must_use_candidate, reason = "what it gives may have been taken before")]
    pub fn finish(mut self) -> Payload {
        self.ended = true;
        self.tell(|id, at| ToJudge::Finish { id, at });
        self.answer();
        self.answer.take().unwrap_or_default()
    }

    fn tell(&self, message: impl FnOnce(u64, u64) -> ToJudge) {
        let EventLoop { judge, clock } = &self.event_loop;
        clock.tell(|at| judge.shared.outbox.send(&message(self.id, at)));
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if !self.ended {
            self.tell(|id, at| ToJudge::Dropped { id, at });
        }
    }
}

/// The future, with a panic as its outcome.
pub(super) async fn caught(future: impl Future<Output = Payload>) -> Outcome {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Outcome::Returned),
        Err(payload) => Poll::Ready(Outcome::Panicked(panics::message(&*payload))),
    })
    .await
}
