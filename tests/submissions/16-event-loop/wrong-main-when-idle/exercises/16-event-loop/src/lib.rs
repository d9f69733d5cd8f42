//! Tasks go first. Main is polled when none is ready.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Task {
    future: Option<Job>,
    queued: bool,
}

struct State {
    next: u64,
    queue: VecDeque<u64>,
    tasks: HashMap<u64, Task>,
    timers: BTreeMap<(Duration, u64), Waker>,
}

struct Shared<M> {
    machine: M,
    state: Mutex<State>,
}

impl<M: Machine> Shared<M> {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn wake(&self, id: u64) {
        let mut state = self.lock();
        let fresh = match state.tasks.get_mut(&id) {
            Some(task) if !task.queued => {
                task.queued = true;
                true
            }
            _ => false,
        };
        if fresh {
            state.queue.push_back(id);
        }
        drop(state);
        if fresh {
            self.machine.unpark();
        }
    }
}

struct Bell<M> {
    shared: Arc<Shared<M>>,
    id: u64,
}
impl<M: Machine> Wake for Bell<M> {
    fn wake(self: Arc<Self>) {
        self.shared.wake(self.id);
    }
    fn wake_by_ref(self: &Arc<Self>) {
        self.shared.wake(self.id);
    }
}

pub struct EventLoop<M> {
    shared: Arc<Shared<M>>,
}

impl<M: Machine> EventLoop<M> {
    #[must_use]
    pub fn new(machine: M) -> Self {
        let state = State { next: 0, queue: VecDeque::new(), tasks: HashMap::new(), timers: BTreeMap::new() };
        Self { shared: Arc::new(Shared { machine, state: Mutex::new(state) }) }
    }

    fn bell(&self, id: u64) -> Waker {
        Waker::from(Arc::new(Bell { shared: self.shared.clone(), id }))
    }

    /// Main is an entry without a future of its own, under a number of its own for each call.
    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        struct Leave<'a, M: Machine>(&'a Shared<M>, u64);
        impl<M: Machine> Drop for Leave<'_, M> {
            fn drop(&mut self) {
                let mut state = self.0.lock();
                state.tasks.remove(&self.1);
                let id = self.1;
                state.queue.retain(|other| *other != id);
            }
        }
        let mut main = pin!(main);
        let main_id = {
            let mut state = self.shared.lock();
            let id = state.next;
            state.next += 1;
            state.tasks.insert(id, Task { future: None, queued: true });
            state.queue.push_back(id);
            id
        };
        let _leave = Leave(&self.shared, main_id);
        loop {
            self.fire();
            let mut state = self.shared.lock();
            if state.queue.len() > 1 && state.queue.front() == Some(&main_id) {
                state.queue.pop_front();
                state.queue.push_back(main_id);
            }
            let Some(id) = state.queue.pop_front() else {
                let until = state.timers.keys().next().map(|key| key.0);
                drop(state);
                self.shared.machine.park(until);
                continue;
            };
            let Some(task) = state.tasks.get_mut(&id) else { continue };
            task.queued = false;
            let future = task.future.take();
            drop(state);
            let bell = self.bell(id);
            let mut context = Context::from_waker(&bell);
            if id == main_id {
                if let Poll::Ready(output) = main.as_mut().poll(&mut context) {
                    return output;
                }
            } else if let Some(mut future) = future {
                if future.as_mut().poll(&mut context).is_ready() {
                    let gone = self.shared.lock().tasks.remove(&id);
                    drop(gone);
                    drop(future);
                } else if let Some(task) = self.shared.lock().tasks.get_mut(&id) {
                    task.future = Some(future);
                }
            }
        }
    }

    fn fire(&self) {
        let now = self.shared.machine.now();
        loop {
            let mut state = self.shared.lock();
            let Some(entry) = state.timers.first_entry() else { return };
            if entry.key().0 > now {
                return;
            }
            let waker = entry.remove();
            drop(state);
            waker.wake();
        }
    }

    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let cell = Arc::new(Mutex::new(Cell { result: None, waiter: None }));
        let other = cell.clone();
        let mut inner = Some(Box::pin(task));
        let job = std::future::poll_fn(move |context| {
            let Some(future) = inner.as_mut() else { return Poll::Ready(()) };
            let result = match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(value)) => Ok(value),
                Err(_) => Err(Panicked),
            };
            inner = None;
            let mut cell = other.lock().unwrap();
            cell.result = Some(result);
            let waiter = cell.waiter.take();
            drop(cell);
            if let Some(waiter) = waiter {
                waiter.wake();
            }
            Poll::Ready(())
        });
        let mut state = self.shared.lock();
        let id = state.next;
        state.next += 1;
        state.tasks.insert(id, Task { future: Some(Box::pin(job)), queued: true });
        state.queue.push_back(id);
        drop(state);
        self.shared.machine.unpark();
        JoinHandle { cell }
    }

    #[must_use]
    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        let when = self.shared.machine.now() + time;
        let mut state = self.shared.lock();
        let number = state.next;
        state.next += 1;
        Sleep { shared: self.shared.clone(), key: (when, number) }
    }
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

struct Cell<T> {
    result: Option<Result<T, Panicked>>,
    waiter: Option<Waker>,
}

pub struct JoinHandle<T> {
    cell: Arc<Mutex<Cell<T>>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut cell = self.cell.lock().unwrap();
        if let Some(result) = cell.result.take() {
            return Poll::Ready(result);
        }
        cell.waiter = Some(context.waker().clone());
        Poll::Pending
    }
}

pub struct Sleep<M> {
    shared: Arc<Shared<M>>,
    key: (Duration, u64),
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.shared.machine.now() >= self.key.0 {
            let old = self.shared.lock().timers.remove(&self.key);
            drop(old);
            return Poll::Ready(());
        }
        let old = self.shared.lock().timers.insert(self.key, context.waker().clone());
        drop(old);
        Poll::Pending
    }
}

impl<M> Drop for Sleep<M> {
    fn drop(&mut self) {
        let old = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner).timers.remove(&self.key);
        drop(old);
    }
}
