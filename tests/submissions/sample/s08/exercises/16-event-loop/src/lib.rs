//! The map of tasks is locked while one of them is polled.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

pub trait Machine: Clone + Send + Sync + 'static {
    fn now(&self) -> Duration;
    fn park(&self, until: Option<Duration>);
    fn unpark(&self);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked;

type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Inner<M> {
    machine: M,
    queue: Mutex<VecDeque<usize>>,
    queued: Mutex<HashSet<usize>>,
    tasks: Mutex<HashMap<usize, Boxed>>,
    timers: Mutex<BTreeMap<(Duration, usize), Waker>>,
    next: AtomicUsize,
}

impl<M: Machine> Inner<M> {
    fn new_id(&self) -> usize {
        self.next.fetch_add(1, Ordering::SeqCst)
    }

    fn push(&self, id: usize) {
        if self.queued.lock().unwrap().insert(id) {
            self.queue.lock().unwrap().push_back(id);
            self.machine.unpark();
        }
    }

    /// Wakes whoever is due; says when the next one is.
    fn fire(&self) -> Option<Duration> {
        loop {
            let now = self.machine.now();
            let mut timers = self.timers.lock().unwrap();
            let (&key, _) = timers.first_key_value()?;
            if key.0 > now {
                return Some(key.0);
            }
            let waker = timers.remove(&key).unwrap();
            drop(timers);
            waker.wake();
        }
    }
}

struct TaskWaker<M> {
    id: usize,
    inner: Arc<Inner<M>>,
}

impl<M: Machine> Wake for TaskWaker<M> {
    fn wake(self: Arc<Self>) {
        self.inner.push(self.id);
    }
}

pub struct EventLoop<M> {
    inner: Arc<Inner<M>>,
}

impl<M: Machine> EventLoop<M> {
    pub fn new(machine: M) -> Self {
        Self {
            inner: Arc::new(Inner {
                machine,
                queue: Mutex::default(),
                queued: Mutex::default(),
                tasks: Mutex::default(),
                timers: Mutex::default(),
                next: AtomicUsize::new(0),
            }),
        }
    }

    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        let inner = &self.inner;
        let mut main = pin!(main);
        let me = inner.new_id();
        inner.push(me);
        loop {
            let until = inner.fire();
            let next = inner.queue.lock().unwrap().pop_front();
            let Some(id) = next else {
                inner.machine.park(until);
                continue;
            };
            inner.queued.lock().unwrap().remove(&id);
            let waker = Waker::from(Arc::new(TaskWaker { id, inner: inner.clone() }));
            let mut cx = Context::from_waker(&waker);
            if id == me {
                if let Poll::Ready(output) = main.as_mut().poll(&mut cx) {
                    return output;
                }
                continue;
            }
            let mut tasks = inner.tasks.lock().unwrap();
            let Some(task) = tasks.get_mut(&id) else { continue };
            if task.as_mut().poll(&mut cx).is_ready() {
                tasks.remove(&id);
            }
        }
    }

    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let shared = Arc::new(Mutex::new(Shared { result: None, waker: None }));
        let theirs = shared.clone();
        let wrapped = async move {
            let result = Caught(Box::pin(task)).await;
            let mut shared = theirs.lock().unwrap();
            shared.result = Some(result);
            let waker = shared.waker.take();
            drop(shared);
            if let Some(waker) = waker {
                waker.wake();
            }
        };
        let id = self.inner.new_id();
        self.inner.tasks.lock().unwrap().insert(id, Box::pin(wrapped));
        self.inner.push(id);
        JoinHandle { shared }
    }

    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        let inner = self.inner.clone();
        Sleep { when: inner.machine.now() + time, id: inner.new_id(), inner }
    }
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}

/// The future, with its panics caught.
struct Caught<F>(Pin<Box<F>>);

impl<F: Future> Future for Caught<F> {
    type Output = Result<F::Output, Panicked>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(cx))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    }
}

struct Shared<T> {
    result: Option<Result<T, Panicked>>,
    waker: Option<Waker>,
}

pub struct JoinHandle<T> {
    shared: Arc<Mutex<Shared<T>>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut shared = self.shared.lock().unwrap();
        match shared.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                shared.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

pub struct Sleep<M> {
    when: Duration,
    id: usize,
    inner: Arc<Inner<M>>,
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.inner.machine.now() >= self.when {
            return Poll::Ready(());
        }
        self.inner.timers.lock().unwrap().insert((self.when, self.id), cx.waker().clone());
        Poll::Pending
    }
}

impl<M> Drop for Sleep<M> {
    fn drop(&mut self) {
        self.inner.timers.lock().unwrap().remove(&(self.when, self.id));
    }
}
