//! Tasks and their queue are behind one lock, timers behind another. What has ended is dropped under the first.
use std::time::Duration;

/// Machine.
pub trait Machine: Clone + Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Duration;
    /// Park.
    fn park(&self, until: Option<Duration>);
    /// Unpark.
    fn unpark(&self);
}

/// Panicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Shared<M> {
    machine: M,
    state: Mutex<State>,
    timers: Mutex<BTreeMap<(Duration, u64), Waker>>,
}

#[derive(Default)]
struct State {
    numbers: u64,
    ready: VecDeque<Arc<dyn Ring>>,
    tasks: HashMap<u64, (Task, Waker)>,
}

trait Ring: Send + Sync {
    fn take(&self) -> u64;
}

struct Bell<M> {
    id: u64,
    queued: AtomicBool,
    shared: Arc<Shared<M>>,
}

impl<M: Machine> Ring for Bell<M> {
    fn take(&self) -> u64 {
        self.queued.store(false, Ordering::SeqCst);
        self.id
    }
}

impl<M: Machine> Wake for Bell<M> {
    fn wake(self: Arc<Self>) {
        if !self.queued.swap(true, Ordering::SeqCst) {
            let bell: Arc<dyn Ring> = self.clone();
            self.shared.state.lock().unwrap().ready.push_back(bell);
            self.shared.machine.unpark();
        }
    }
}

impl<M: Machine> Shared<M> {
    fn number(&self) -> u64 {
        let mut state = self.state.lock().unwrap();
        state.numbers += 1;
        state.numbers
    }
    fn waker(self: &Arc<Self>, id: u64) -> Waker {
        Arc::new(Bell { id, queued: AtomicBool::new(false), shared: self.clone() }).into()
    }
}

/// A loop.
pub struct EventLoop<M> {
    shared: Arc<Shared<M>>,
}

impl<M: Machine> EventLoop<M> {
    /// New.
    #[must_use]
    pub fn new(machine: M) -> Self {
        Self { shared: Arc::new(Shared { machine, state: Mutex::default(), timers: Mutex::default() }) }
    }

    /// Runs.
    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        let shared = &self.shared;
        let me = shared.number();
        let waker = shared.waker(me);
        let mut main = pin!(main);
        waker.wake_by_ref();
        loop {
            let now = shared.machine.now();
            loop {
                let due = {
                    let mut timers = shared.timers.lock().unwrap();
                    match timers.first_entry() {
                        Some(first) if first.key().0 <= now => Some(first.remove()),
                        _ => None,
                    }
                };
                let Some(due) = due else { break };
                due.wake();
            }
            let (next, until) = {
                let mut state = shared.state.lock().unwrap();
                let next = state.ready.pop_front();
                (next, shared.timers.lock().unwrap().first_key_value().map(|(key, _)| key.0))
            };
            let Some(bell) = next else {
                shared.machine.park(until);
                continue;
            };
            let id = bell.take();
            if id == me {
                if let Poll::Ready(output) = main.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return output;
                }
                continue;
            }
            let Some((mut task, waker)) = shared.state.lock().unwrap().tasks.remove(&id) else { continue };
            let ended = task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
            let mut state = shared.state.lock().unwrap();
            if ended {
                drop(task);
            } else {
                state.tasks.insert(id, (task, waker));
            }
        }
    }

    /// Spawns.
    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let slot = Arc::new(Mutex::new(Slot { result: None, waker: None }));
        let handle = JoinHandle { slot: slot.clone() };
        let mut task = Box::pin(task);
        let task = Box::pin(std::future::poll_fn(move |context| {
            let result = match catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(context))) {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(output)) => Ok(output),
                Err(_) => Err(Panicked),
            };
            let waker = {
                let mut slot = slot.lock().unwrap();
                slot.result = Some(result);
                slot.waker.take()
            };
            if let Some(waker) = waker {
                waker.wake();
            }
            Poll::Ready(())
        }));
        let id = self.shared.number();
        let waker = self.shared.waker(id);
        self.shared.state.lock().unwrap().tasks.insert(id, (task, waker.clone()));
        waker.wake();
        handle
    }

    /// Sleeps.
    #[must_use]
    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        let end = self.shared.machine.now() + time;
        Sleep { shared: self.shared.clone(), key: (end, self.shared.number()) }
    }
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

struct Slot<T> {
    result: Option<Result<T, Panicked>>,
    waker: Option<Waker>,
}

/// Handle.
pub struct JoinHandle<T> {
    slot: Arc<Mutex<Slot<T>>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = self.slot.lock().unwrap();
        match slot.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                slot.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Sleep.
pub struct Sleep<M: Machine> {
    shared: Arc<Shared<M>>,
    key: (Duration, u64),
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.shared.machine.now() >= self.key.0 {
            return Poll::Ready(());
        }
        let old = self.shared.timers.lock().unwrap().insert(self.key, context.waker().clone());
        drop(old);
        Poll::Pending
    }
}

impl<M: Machine> Drop for Sleep<M> {
    fn drop(&mut self) {
        let old = self.shared.timers.lock().unwrap().remove(&self.key);
        drop(old);
    }
}
