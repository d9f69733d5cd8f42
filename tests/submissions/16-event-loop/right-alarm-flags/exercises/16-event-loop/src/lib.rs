//! Every task is an `Arc` that wakes itself; the ready queue is a channel; sleeps are fired by a flag of their own.
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

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Wake, Waker};

type Body = Pin<Box<dyn Future<Output = ()> + Send>>;

// What can be polled: a task's body, or nothing (main's future lies on the stack of `block_on`).
struct Job<M> {
    body: Mutex<Option<Body>>,
    queued: AtomicBool,
    queue: Sender<Arc<Job<M>>>,
    machine: M,
    slot: AtomicUsize,
}

impl<M: Machine> Wake for Job<M> {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        if self.queued.compare_exchange(false, true, SeqCst, SeqCst).is_ok() {
            let _ = self.queue.send(self.clone());
            self.machine.unpark();
        }
    }
}

struct Alarm {
    fired: AtomicBool,
    gone: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

struct Core<M> {
    machine: M,
    queue: Sender<Arc<Job<M>>>,
    ready: Mutex<Receiver<Arc<Job<M>>>>,
    // Keeps tasks alive whose wakers are all gone. Not needed for them to run.
    all: Mutex<Vec<Option<Arc<Job<M>>>>>,
    free: Mutex<BTreeSet<usize>>,
    alarms: Mutex<BinaryHeap<Reverse<(Duration, u64, ByAddress)>>>,
    count: AtomicU64,
}

struct ByAddress(Arc<Alarm>);
impl PartialEq for ByAddress {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl Eq for ByAddress {}
impl PartialOrd for ByAddress {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for ByAddress {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

/// A loop.
pub struct EventLoop<M>(Arc<Core<M>>);

impl<M: Machine> EventLoop<M> {
    /// New.
    #[must_use]
    pub fn new(machine: M) -> Self {
        let (queue, ready) = channel();
        Self(Arc::new(Core {
            machine,
            queue,
            ready: Mutex::new(ready),
            all: Mutex::default(),
            free: Mutex::default(),
            alarms: Mutex::default(),
            count: AtomicU64::new(0),
        }))
    }

    fn job(&self, body: Option<Body>, slot: usize) -> Arc<Job<M>> {
        Arc::new(Job {
            body: Mutex::new(body),
            queued: AtomicBool::new(false),
            queue: self.0.queue.clone(),
            machine: self.0.machine.clone(),
            slot: AtomicUsize::new(slot),
        })
    }

    fn fire(&self) -> Option<Duration> {
        let core = &self.0;
        let now = core.machine.now();
        loop {
            let mut alarms = core.alarms.lock().unwrap();
            let Some(Reverse((end, ..))) = alarms.peek() else { return None };
            let end = *end;
            let gone = alarms.peek().is_some_and(|Reverse((_, _, alarm))| alarm.0.gone.load(SeqCst));
            if !gone && end > now {
                return Some(end);
            }
            let Reverse((_, _, ByAddress(alarm))) = alarms.pop().unwrap();
            drop(alarms);
            alarm.fired.store(true, SeqCst);
            let waker = alarm.waker.lock().unwrap().take();
            waker.into_iter().for_each(Waker::wake);
        }
    }

    fn run(&self, job: &Arc<Job<M>>) {
        let taken = job.body.lock().unwrap().take();
        let Some(mut body) = taken else { return };
        let waker = Waker::from(job.clone());
        match body.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Pending => *job.body.lock().unwrap() = Some(body),
            Poll::Ready(()) => {
                drop(body);
                let slot = job.slot.load(SeqCst);
                let kept = self.0.all.lock().unwrap()[slot].take();
                self.0.free.lock().unwrap().insert(slot);
                drop(kept);
            }
        }
    }

    /// Runs.
    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        let core = &self.0;
        let own = self.job(None, usize::MAX);
        let waker = Waker::from(own.clone());
        let mut main = Box::pin(main);
        own.wake_by_ref();
        loop {
            let until = self.fire();
            let next = core.ready.lock().unwrap().try_recv();
            let Ok(job) = next else {
                core.machine.park(until);
                continue;
            };
            job.queued.store(false, SeqCst);
            if Arc::ptr_eq(&job, &own) {
                match main.as_mut().poll(&mut Context::from_waker(&waker)) {
                    Poll::Ready(output) => break output,
                    Poll::Pending => continue,
                }
            }
            self.run(&job);
        }
    }

    /// Spawns.
    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let end: Arc<Mutex<End<F::Output>>> = Arc::new(Mutex::new(End::Open));
        let weak = Arc::downgrade(&end);
        let body = async move {
            let result = Guarded(Some(Box::pin(task))).await;
            // Nobody has the handle any more: the result is for nobody.
            let Some(end) = Weak::upgrade(&weak) else { return };
            let before = std::mem::replace(&mut *end.lock().unwrap(), End::Done(result));
            if let End::Waited(waker) = before {
                waker.wake();
            }
        };
        let slot = {
            let mut all = self.0.all.lock().unwrap();
            let free = self.0.free.lock().unwrap().pop_first();
            free.unwrap_or_else(|| {
                all.push(None);
                all.len() - 1
            })
        };
        let job = self.job(Some(Box::pin(body)), slot);
        self.0.all.lock().unwrap()[slot] = Some(job.clone());
        job.wake();
        JoinHandle(end)
    }

    /// Sleeps.
    #[must_use]
    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        let alarm = Arc::new(Alarm { fired: AtomicBool::new(false), gone: AtomicBool::new(false), waker: Mutex::default() });
        let end = self.0.machine.now() + time;
        Sleep { core: self.0.clone(), end: (end, self.0.count.fetch_add(1, Relaxed)), alarm, set: false }
    }
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

struct Guarded<F>(Option<Pin<Box<F>>>);

impl<F: Future> Future for Guarded<F> {
    type Output = Result<F::Output, Panicked>;
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let future = self.0.as_mut().expect("not polled after its end");
        let polled = panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        let result = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(output)) => Ok(output),
            Err(_) => Err(Panicked),
        };
        self.0 = None;
        Poll::Ready(result)
    }
}

enum End<T> {
    Open,
    Waited(Waker),
    Done(Result<T, Panicked>),
}

/// Handle.
pub struct JoinHandle<T>(Arc<Mutex<End<T>>>);

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let waker = context.waker().clone();
        let before = std::mem::replace(&mut *self.0.lock().unwrap(), End::Waited(waker));
        if let End::Done(result) = before { Poll::Ready(result) } else { Poll::Pending }
    }
}

/// Sleep.
pub struct Sleep<M> {
    core: Arc<Core<M>>,
    end: (Duration, u64),
    alarm: Arc<Alarm>,
    set: bool,
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.alarm.fired.load(SeqCst) {
            return Poll::Ready(());
        }
        let old = self.alarm.waker.lock().unwrap().replace(context.waker().clone());
        drop(old);
        if !self.set {
            self.set = true;
            let entry = Reverse((self.end.0, self.end.1, ByAddress(self.alarm.clone())));
            self.core.alarms.lock().unwrap().push(entry);
        }
        Poll::Pending
    }
}

impl<M> Drop for Sleep<M> {
    fn drop(&mut self) {
        self.alarm.gone.store(true, SeqCst);
        let old = self.alarm.waker.lock().unwrap().take();
        drop(old);
    }
}
