//! Calls of async functions: a current-thread tokio runtime whose clock is paused, so that time is virtual there too.
//!
//! Supplied work is a future. When it is first polled it tells the judge and sleeps for as long as the judge said when the call
//! began, on the runtime's clock; then it says that it is done, and returns what the judge has answered meanwhile. Should that not
//! have arrived, it blocks: the runtime is not idle then, so its clock cannot jump. One tick is 1 ms of that clock, which moves only
//! when the runtime has nothing left to do.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::{Judge, Slot, answered, panics};
use crate::wire::{Outcome, Payload, ToJudge, Work};

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
    start: Instant,
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
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        let runtime = runtime.expect("the system gives a runtime");
        runtime.block_on(async {
            let this = Self { judge: judge.clone(), start: Instant::now() };
            // The call itself may panic, before there is a future.
            let clone = this.clone();
            let future = caught(async move { call(clone).await });
            let outcome = match drop_after {
                None => future.await,
                Some(ticks) => {
                    timeout(Duration::from_millis(ticks), future).await.unwrap_or(Outcome::Dropped)
                }
            };
            let at = this.now();
            if !matches!(outcome, Outcome::Returned(_)) {
                sleep(SETTLE).await;
            }
            judge.end(outcome, Some(at));
            sleep(LINGER).await;
        });
    }

    /// Ticks since the call began.
    ///
    /// # Panics
    /// After some hundred million years.
    #[must_use]
    pub fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).expect("virtual time is short")
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
            if ticks > 0 {
                sleep(Duration::from_millis(ticks)).await;
            }
            in_flight.finish()
        })
    }

    /// Work whose course is the adapter's own matter: in flight from now until it is finished or dropped.
    #[must_use]
    pub fn begin(&self, work: Work) -> InFlight {
        let (call, at) = (self.judge.call, self.now());
        let (id, slot) = self.judge.shared.ask(|id| ToJudge::Begin { id, call, work, at });
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
        let (id, at) = (self.id, self.event_loop.now());
        self.event_loop.judge.shared.outbox.send(&ToJudge::Finish { id, at });
        self.answer();
        self.answer.take().unwrap_or_default()
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if !self.ended {
            let (id, at) = (self.id, self.event_loop.now());
            self.event_loop.judge.shared.outbox.send(&ToJudge::Dropped { id, at });
        }
    }
}

/// The future, with a panic as its outcome.
async fn caught(future: impl Future<Output = Payload>) -> Outcome {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Outcome::Returned),
        Err(payload) => Poll::Ready(Outcome::Panicked(panics::message(&*payload))),
    })
    .await
}
