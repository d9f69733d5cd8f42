//! Two queues that are swapped: one is worked while the other one is filled; what comes from elsewhere comes by a channel.

use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
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

type Future0 = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Someone to be polled: the main future (no body) or a task.
struct Someone<M> {
    body: Mutex<Option<Future0>>,
    rung: AtomicBool,
    heart: Arc<Heart<M>>,
}

struct Heart<M> {
    machine: M,
    inbox: Mutex<Vec<Arc<Someone<M>>>>,
    outbox: Mutex<VecDeque<Arc<Someone<M>>>>,
    clock: Mutex<BTreeMap<Duration, BTreeMap<u64, Option<Waker>>>>,
    count: AtomicU64,
}

impl<M: Machine> Wake for Someone<M> {
    fn wake(self: Arc<Self>) {
        Self::wake_by_ref(&self);
    }
    fn wake_by_ref(self: &Arc<Self>) {
        if self.rung.compare_exchange(false, true, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            self.heart.inbox.lock().unwrap().push(self.clone());
            self.heart.machine.unpark();
        }
    }
}

pub struct EventLoop<M: Machine>(Arc<Heart<M>>);

impl<M: Machine> EventLoop<M> {
    #[must_use]
    pub fn new(machine: M) -> Self {
        Self(Arc::new(Heart {
            machine,
            inbox: Mutex::default(),
            outbox: Mutex::default(),
            clock: Mutex::default(),
            count: AtomicU64::new(0),
        }))
    }

    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        let heart = &self.0;
        let mut main = pin!(main);
        let main_one =
            Arc::new(Someone { body: Mutex::new(None), rung: AtomicBool::new(true), heart: heart.clone() });
        heart.inbox.lock().unwrap().push(main_one.clone());
        let panic = Cell::new(None);
        loop {
            // The bells of the clock first.
            loop {
                let now = heart.machine.now();
                let bucket = {
                    let mut clock = heart.clock.lock().unwrap();
                    match clock.first_entry() {
                        Some(entry) if *entry.key() <= now => entry.remove(),
                        _ => break,
                    }
                };
                for waker in bucket.into_values().flatten() {
                    waker.wake();
                }
            }
            let one = {
                let mut outbox = heart.outbox.lock().unwrap();
                if outbox.is_empty() {
                    outbox.extend(heart.inbox.lock().unwrap().drain(..));
                }
                outbox.pop_front()
            };
            let Some(one) = one else {
                let until = heart.clock.lock().unwrap().keys().next().copied();
                heart.machine.park(until);
                continue;
            };
            one.rung.store(false, Ordering::Release);
            let bell = Waker::from(one.clone());
            let mut context = Context::from_waker(&bell);
            if Arc::ptr_eq(&one, &main_one) {
                match catch_unwind(AssertUnwindSafe(|| main.as_mut().poll(&mut context))) {
                    Ok(Poll::Ready(output)) => return output,
                    Ok(Poll::Pending) => {}
                    Err(payload) => {
                        panic.set(Some(payload));
                        break;
                    }
                }
                continue;
            }
            let body = one.body.lock().unwrap().take();
            if let Some(mut body) = body {
                // A panic unwinds the poll; the body's sender is dropped with it, which its handle sees.
                let outcome = catch_unwind(AssertUnwindSafe(|| body.as_mut().poll(&mut context)));
                match outcome {
                    Ok(Poll::Pending) => *one.body.lock().unwrap() = Some(body),
                    Ok(Poll::Ready(())) | Err(_) => drop(body),
                }
            }
        }
        resume_unwind(panic.take().unwrap())
    }

    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (sender, receiver) = sync_channel(1);
        let waiter = Arc::new(Mutex::new(None::<Waker>));
        let teller = Teller { sender: Some(sender), waiter: waiter.clone() };
        let body = Box::pin(async move {
            let teller = teller;
            let value = task.await;
            teller.sender.as_ref().unwrap().send(value).ok();
        });
        let one = Arc::new(Someone {
            body: Mutex::new(Some(body)),
            rung: AtomicBool::new(false),
            heart: self.0.clone(),
        });
        one.wake();
        JoinHandle { receiver: Mutex::new(receiver), waiter }
    }

    #[must_use]
    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        let when = self.0.machine.now() + time;
        let number = self.0.count.fetch_add(1, Ordering::Relaxed);
        self.0.clock.lock().unwrap().entry(when).or_default().insert(number, None);
        Sleep { heart: self.0.clone(), when, number }
    }
}

/// Tells the handle that there will be no more news, when it is dropped: after the value, or instead of it.
struct Teller<T> {
    sender: Option<SyncSender<T>>,
    waiter: Arc<Mutex<Option<Waker>>>,
}

impl<T> Drop for Teller<T> {
    fn drop(&mut self) {
        self.sender = None;
        let waiter = self.waiter.lock().unwrap().take();
        if let Some(waiter) = waiter {
            waiter.wake();
        }
    }
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

pub struct JoinHandle<T> {
    receiver: Mutex<Receiver<T>>,
    waiter: Arc<Mutex<Option<Waker>>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut waiter = self.waiter.lock().unwrap();
        match self.receiver.lock().unwrap().try_recv() {
            Ok(value) => Poll::Ready(Ok(value)),
            Err(TryRecvError::Disconnected) => Poll::Ready(Err(Panicked)),
            Err(TryRecvError::Empty) => {
                *waiter = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

pub struct Sleep<M: Machine> {
    heart: Arc<Heart<M>>,
    when: Duration,
    number: u64,
}

impl<M: Machine> Sleep<M> {
    fn unlink(&self) {
        let mut clock = self.heart.clock.lock().unwrap();
        let mut old = None;
        if let Some(bucket) = clock.get_mut(&self.when) {
            old = bucket.remove(&self.number);
            if bucket.is_empty() {
                clock.remove(&self.when);
            }
        }
        drop(clock);
        drop(old);
    }
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.heart.machine.now() >= self.when {
            self.unlink();
            return Poll::Ready(());
        }
        let mut clock = self.heart.clock.lock().unwrap();
        clock.entry(self.when).or_default().insert(self.number, Some(context.waker().clone()));
        Poll::Pending
    }
}

impl<M: Machine> Drop for Sleep<M> {
    fn drop(&mut self) {
        self.unlink();
    }
}
