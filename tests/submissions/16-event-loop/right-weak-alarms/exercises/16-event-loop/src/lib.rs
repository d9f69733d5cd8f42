//! A sleep is an object of its own; the loop knows sleeps weakly and asks all of them. Ready tasks come through an
//! std channel. Who wakes rings only when the loop says that it is about to sleep.

use std::any::Any;
use std::panic::{AssertUnwindSafe, UnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

pub trait Machine: Clone + Send + Sync + 'static {
    fn now(&self) -> Duration;
    fn park(&self, until: Option<Duration>);
    fn unpark(&self);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked;

/// What can be run: a task, whatever it gives.
trait Runnable: Send + Sync {
    fn run(self: Arc<Self>);
}

struct Hub<M> {
    machine: M,
    send: Sender<Arc<dyn Runnable>>,
    receive: Mutex<Receiver<Arc<dyn Runnable>>>,
    dozing: AtomicBool,
    sleeps: Mutex<Vec<Weak<Alarm>>>,
    count: AtomicU64,
}

impl<M: Machine> Hub<M> {
    fn nudge(&self) {
        if self.dozing.load(SeqCst) {
            self.machine.unpark();
        }
    }

    /// Wakes whose time has come, in order, and says when the next one's time is.
    fn alarms(&self) -> Option<Duration> {
        let now = self.machine.now();
        let mut live = Vec::new();
        self.sleeps.lock().unwrap().retain(|alarm| match alarm.upgrade() {
            Some(alarm) if !alarm.over.load(SeqCst) => {
                live.push(alarm);
                true
            }
            _ => false,
        });
        live.sort_by_key(|alarm| (alarm.when, alarm.number));
        let mut next = None;
        for alarm in live {
            if alarm.when <= now {
                alarm.over.store(true, SeqCst);
                let waker = alarm.waker.lock().unwrap().take();
                waker.into_iter().for_each(Waker::wake);
            } else if next.is_none() {
                next = Some(alarm.when);
            }
        }
        next
    }
}

const IDLE: u8 = 0;
const QUEUED: u8 = 1;

struct Task<M, F: Future> {
    hub: Weak<Hub<M>>,
    state: AtomicU8,
    future: Mutex<Option<Pin<Box<F>>>>,
    outcome: Arc<Outcome<F::Output>>,
}

impl<M: Machine, F: Future + Send + 'static> Runnable for Task<M, F>
where
    F::Output: Send + 'static,
{
    fn run(self: Arc<Self>) {
        self.state.store(IDLE, SeqCst);
        let Some(mut future) = self.future.lock().unwrap().take() else { return };
        let waker = Waker::from(Arc::clone(&self));
        match attempt(|| future.as_mut().poll(&mut Context::from_waker(&waker))) {
            Ok(Poll::Pending) => *self.future.lock().unwrap() = Some(future),
            Ok(Poll::Ready(value)) => {
                drop(future);
                self.outcome.publish(Ok(value));
            }
            Err(_payload) => {
                let _ = attempt(|| drop(future));
                self.outcome.publish(Err(Panicked));
            }
        }
    }
}

fn attempt<R>(action: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    fn assert_unwind_safe<T: UnwindSafe>(value: T) -> T {
        value
    }
    catch_unwind(assert_unwind_safe(AssertUnwindSafe(action)))
}

impl<M: Machine, F: Future + Send + 'static> Wake for Task<M, F>
where
    F::Output: Send + 'static,
{
    fn wake(self: Arc<Self>) {
        Self::wake_by_ref(&self);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let Some(hub) = self.hub.upgrade() else { return };
        if self.state.compare_exchange(IDLE, QUEUED, SeqCst, SeqCst).is_ok() {
            let task: Arc<dyn Runnable> = self.clone();
            if hub.send.send(task).is_ok() {
                hub.nudge();
            }
        }
    }
}

struct Knock<M> {
    hub: Weak<Hub<M>>,
    knocked: AtomicBool,
}

impl<M: Machine> Wake for Knock<M> {
    fn wake(self: Arc<Self>) {
        if let Some(hub) = self.hub.upgrade() {
            self.knocked.store(true, SeqCst);
            hub.nudge();
        }
    }
}

pub struct EventLoop<M> {
    hub: Arc<Hub<M>>,
}

impl<M: Machine> EventLoop<M> {
    #[must_use]
    pub fn new(machine: M) -> Self {
        let (send, receive) = channel();
        Self {
            hub: Arc::new(Hub {
                machine,
                send,
                receive: Mutex::new(receive),
                dozing: AtomicBool::new(false),
                sleeps: Mutex::default(),
                count: AtomicU64::default(),
            }),
        }
    }

    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        let hub = &*self.hub;
        let knock = Arc::new(Knock { hub: Arc::downgrade(&self.hub), knocked: AtomicBool::new(true) });
        let waker: Waker = knock.clone().into();
        let mut main = std::pin::pin!(main);
        let next_task = || hub.receive.lock().unwrap().try_recv().ok();
        loop {
            if knock.knocked.swap(false, SeqCst)
                && let Poll::Ready(output) = main.as_mut().poll(&mut Context::from_waker(&waker))
            {
                return output;
            }
            hub.alarms();
            if let Some(task) = next_task() {
                task.run();
                continue;
            }
            if knock.knocked.load(SeqCst) {
                continue;
            }
            // Nothing to do. From here on, whoever wakes has to ring; whoever came before is seen by one more look.
            hub.dozing.store(true, SeqCst);
            let late = next_task();
            let until = hub.alarms();
            if late.is_none() && !knock.knocked.load(SeqCst) {
                hub.machine.park(until);
            }
            hub.dozing.store(false, SeqCst);
            if let Some(task) = late {
                task.run();
            }
        }
    }

    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let outcome = Arc::new(Outcome { value: OnceLock::new(), waiting: Mutex::default() });
        let handle = JoinHandle { outcome: outcome.clone() };
        let task = Task {
            hub: Arc::downgrade(&self.hub),
            state: AtomicU8::new(IDLE),
            future: Mutex::new(Some(Box::pin(task))),
            outcome,
        };
        Arc::new(task).wake();
        handle
    }

    #[must_use]
    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        Sleep {
            alarm: Arc::new(Alarm {
                when: self.hub.machine.now() + time,
                number: self.hub.count.fetch_add(1, SeqCst),
                waker: Mutex::default(),
                over: AtomicBool::new(false),
            }),
            listed: false,
            hub: self.hub.clone(),
        }
    }
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        EventLoop { hub: self.hub.clone() }
    }
}

struct Outcome<T> {
    value: OnceLock<Mutex<Option<Result<T, Panicked>>>>,
    waiting: Mutex<Vec<Waker>>,
}

impl<T> Outcome<T> {
    fn publish(&self, result: Result<T, Panicked>) {
        let _ = self.value.set(Mutex::new(Some(result)));
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap());
        waiting.into_iter().for_each(Waker::wake);
    }
}

pub struct JoinHandle<T> {
    outcome: Arc<Outcome<T>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let new = vec![context.waker().clone()];
        let old = std::mem::replace(&mut *self.outcome.waiting.lock().unwrap(), new);
        drop(old);
        match self.outcome.value.get() {
            Some(value) => Poll::Ready(value.lock().unwrap().take().expect("polled after it was ready")),
            None => Poll::Pending,
        }
    }
}

struct Alarm {
    when: Duration,
    number: u64,
    waker: Mutex<Option<Waker>>,
    over: AtomicBool,
}

pub struct Sleep<M> {
    alarm: Arc<Alarm>,
    listed: bool,
    hub: Arc<Hub<M>>,
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.hub.machine.now() >= self.alarm.when {
            self.alarm.over.store(true, SeqCst);
            return Poll::Ready(());
        }
        let old = self.alarm.waker.lock().unwrap().replace(context.waker().clone());
        drop(old);
        if !std::mem::replace(&mut self.listed, true) {
            self.hub.sleeps.lock().unwrap().push(Arc::downgrade(&self.alarm));
        }
        Poll::Pending
    }
}
