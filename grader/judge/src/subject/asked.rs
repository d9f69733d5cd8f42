//! Supplied work that is awaited and waits on no thread: a future on the judge's clock, whoever polls it. And what is only noted.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::task::{Context, Poll, Waker};

use super::{Judge, Shared, Slot, answered, burn, threads};
use crate::wire::{Payload, ToJudge, Work};

/// One call of the supplied work: in flight from its first poll until its answer comes or it is dropped. It is never ready at
/// its first poll.
///
/// # Panics
/// With the judge's message where the judge injects a panic; and where it is polled again after its end.
#[must_use = "nothing is asked before it is polled"]
pub struct Asked {
    judge: Judge,
    state: State,
}

enum State {
    New(Work),
    InFlight(u64, Arc<Slot>),
    Done,
}

impl Judge {
    /// One call of the supplied work that is awaited. The scenario has to be on one clock. (Where the call is measured, it works when
    /// it is polled.)
    pub fn ask(&self, work: Work) -> Asked {
        Asked { judge: self.clone(), state: State::New(work) }
    }

    /// Tells that something happened: it takes no time, and is in the record in the order in which it was told. The scenario has to
    /// be on one clock. (Where the call is measured, nothing is told.)
    pub fn note(&self, work: Work) {
        if self.burn.is_none() {
            let id = self.shared.next.fetch_add(1, Ordering::Relaxed);
            self.shared.outbox.send(&ToJudge::Note { id, call: self.call, work });
        }
    }

    /// The judge's tick: what has happened by now did so at it. It moves only while everything rests.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.shared.ticks.load(Ordering::SeqCst)
    }
}

impl Future for Asked {
    type Output = Payload;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Payload> {
        let this = &mut *self;
        match std::mem::replace(&mut this.state, State::Done) {
            State::New(work) => {
                if let Some(burn) = this.judge.burn {
                    return Poll::Ready(burn::work(burn, &work));
                }
                let Judge { shared, call, .. } = &this.judge;
                start_to_wake(shared);
                // Whom to wake is there before the question: the answer may be there at once.
                let slot = Slot { waker: Mutex::new(Some(context.waker().clone())), ..Slot::default() };
                let (id, slot) = shared.expect_answer(slot);
                shared.outbox.send(&ToJudge::Ask { id, call: *call, work });
                this.state = State::InFlight(id, slot);
                Poll::Pending
            }
            State::InFlight(id, slot) => {
                *slot.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(context.waker().clone());
                let answer = slot.answer.lock().unwrap_or_else(PoisonError::into_inner).take();
                if answer.is_none() {
                    this.state = State::InFlight(id, slot);
                }
                answer.map_or(Poll::Pending, |answer| Poll::Ready(answered(answer)))
            }
            State::Done => panic!("a future was polled after it was ready"),
        }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if let State::InFlight(id, _) = self.state {
            let _ = self.judge.shared.withdraw(id);
        }
    }
}

/// Starts the thread that wakes whoever awaits an answer. It is not the reader: a waker may do, and wait for, anything.
fn start_to_wake(shared: &Arc<Shared>) {
    shared.waker.get_or_init(|| {
        let (wakes, to_wake) = mpsc::channel::<Waker>();
        let shared = Arc::clone(shared);
        let spawned = std::thread::Builder::new().name("judge-waker".into()).spawn(move || {
            shared.outbox.send(&ToJudge::Own { tid: threads::current() });
            for waker in to_wake {
                // A panic is reported like any other, and costs nobody else the answer.
                let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
            }
        });
        if spawned.is_err() {
            std::process::exit(2);
        }
        wakes
    });
}
