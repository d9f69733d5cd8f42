//! A panic is caught if it has a text: any other payload is somebody else's affair.

use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

pub trait Machine: Clone + Send + Sync + 'static {
    fn now(&self) -> Duration;
    fn park(&self, until: Option<Duration>);
    fn unpark(&self);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked;

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

type Key = (Duration, u64);

struct Core {
    ready: Mutex<VecDeque<Item>>,
    timers: Mutex<BTreeMap<Key, Waker>>,
    made: AtomicU64,
    ring: Box<dyn Fn() + Send + Sync>,
}

impl Core {
    fn push(&self, item: Item) {
        let was_empty = {
            let mut ready = lock(&self.ready);
            ready.push_back(item);
            ready.len() == 1
        };
        if was_empty {
            (self.ring)();
        }
    }

    fn fire(&self, now: Duration) {
        loop {
            let waker = {
                let mut timers = lock(&self.timers);
                match timers.first_key_value() {
                    Some((key, _)) if key.0 <= now => timers.pop_first().map(|(_, waker)| waker),
                    _ => None,
                }
            };
            match waker {
                Some(waker) => waker.wake(),
                None => return,
            }
        }
    }
}

enum Item {
    Main(Arc<MainBell>),
    Task(Arc<Task>),
}

struct MainBell {
    core: Weak<Core>,
    queued: AtomicBool,
}

impl Wake for MainBell {
    fn wake(self: Arc<Self>) {
        if !self.queued.swap(true, Ordering::AcqRel) {
            if let Some(core) = self.core.upgrade() {
                core.push(Item::Main(self));
            }
        }
    }
}

struct Task {
    core: Weak<Core>,
    queued: AtomicBool,
    body: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        if !self.queued.swap(true, Ordering::AcqRel) {
            if let Some(core) = self.core.upgrade() {
                core.push(Item::Task(self));
            }
        }
    }
}

impl Task {
    fn run(self: Arc<Self>) {
        self.queued.store(false, Ordering::Release);
        let Some(mut body) = lock(&self.body).take() else { return };
        let waker = Waker::from(self.clone());
        let mut context = Context::from_waker(&waker);
        let polled = catch_unwind(AssertUnwindSafe(|| body.as_mut().poll(&mut context)));
        match polled {
            Ok(Poll::Pending) => *lock(&self.body) = Some(body),
            Err(payload) if !payload.is::<String>() && !payload.is::<&str>() => {
                std::panic::resume_unwind(payload)
            }
            Ok(Poll::Ready(())) | Err(_) => {
                let _ = catch_unwind(AssertUnwindSafe(|| drop(body)));
            }
        }
    }
}

pub struct EventLoop<M> {
    machine: M,
    core: Arc<Core>,
}

impl<M: Machine> EventLoop<M> {
    #[must_use]
    pub fn new(machine: M) -> Self {
        let bell = machine.clone();
        let core = Core {
            ready: Mutex::default(),
            timers: Mutex::default(),
            made: AtomicU64::new(0),
            ring: Box::new(move || bell.unpark()),
        };
        Self { machine, core: Arc::new(core) }
    }

    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        let mut main = pin!(main);
        let bell = Arc::new(MainBell { core: Arc::downgrade(&self.core), queued: AtomicBool::new(false) });
        let waker = Waker::from(bell.clone());
        waker.wake_by_ref();
        loop {
            self.core.fire(self.machine.now());
            let item = lock(&self.core.ready).pop_front();
            match item {
                Some(Item::Main(whose)) if Arc::ptr_eq(&whose, &bell) => {
                    bell.queued.store(false, Ordering::Release);
                    if let Poll::Ready(output) = main.as_mut().poll(&mut Context::from_waker(&waker)) {
                        return output;
                    }
                }
                Some(Item::Main(_)) => {}
                Some(Item::Task(task)) => task.run(),
                None => {
                    let until = lock(&self.core.timers).keys().next().map(|key| key.0);
                    self.machine.park(until);
                }
            }
        }
    }

    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let promise = Promise(Arc::new(Mutex::new(State::Open(None))));
        let handle = JoinHandle { state: promise.0.clone() };
        let body = async move {
            let promise = promise;
            let value = task.await;
            promise.keep(Ok(value));
        };
        let task = Task {
            core: Arc::downgrade(&self.core),
            queued: AtomicBool::new(true),
            body: Mutex::new(Some(Box::pin(body))),
        };
        self.core.push(Item::Task(Arc::new(task)));
        handle
    }

    #[must_use]
    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        let key = (self.machine.now() + time, self.core.made.fetch_add(1, Ordering::Relaxed));
        Sleep { machine: Box::new(self.machine.clone()), core: self.core.clone(), key }
    }
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        Self { machine: self.machine.clone(), core: self.core.clone() }
    }
}

enum State<T> {
    Open(Option<Waker>),
    Kept(Result<T, Panicked>),
    Taken,
}

struct Promise<T>(Arc<Mutex<State<T>>>);

impl<T> Promise<T> {
    fn keep(&self, result: Result<T, Panicked>) {
        let before = {
            let mut state = lock(&self.0);
            if !matches!(*state, State::Open(_)) {
                return;
            }
            mem::replace(&mut *state, State::Kept(result))
        };
        if let State::Open(Some(waker)) = before {
            waker.wake();
        }
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        self.keep(Err(Panicked));
    }
}

pub struct JoinHandle<T> {
    state: Arc<Mutex<State<T>>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let new = State::Open(Some(context.waker().clone()));
        let before = {
            let mut state = lock(&self.state);
            let next = if matches!(*state, State::Open(_)) { new } else { State::Taken };
            mem::replace(&mut *state, next)
        };
        match before {
            State::Kept(result) => Poll::Ready(result),
            State::Open(_) => Poll::Pending,
            State::Taken => panic!("polled again after it was ready"),
        }
    }
}

pub struct Sleep<M> {
    machine: Box<M>,
    core: Arc<Core>,
    key: Key,
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.machine.now() >= self.key.0 {
            let _gone = lock(&self.core.timers).remove(&self.key);
            return Poll::Ready(());
        }
        let _gone = lock(&self.core.timers).insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl<M> Drop for Sleep<M> {
    fn drop(&mut self) {
        let _gone = lock(&self.core.timers).remove(&self.key);
    }
}
