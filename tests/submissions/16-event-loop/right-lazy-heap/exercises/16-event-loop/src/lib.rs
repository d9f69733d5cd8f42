//! As an engineer from C++ might do it: an executor base, a heap with lazy deletion, an inbox that is swapped out and
//! worked one by one, results through one-place std channels.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashSet, VecDeque};
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering as Memory};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
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

struct Timer {
    at: Duration,
    serial: usize,
    waker: Waker,
    stamp: usize,
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Timer {}
impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Timer {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at.cmp(&other.at).then(self.serial.cmp(&other.serial)).then(self.stamp.cmp(&other.stamp))
    }
}

#[derive(Default)]
struct Timers {
    heap: BinaryHeap<Reverse<Timer>>,
    /// Stamps of entries that count no more.
    void: HashSet<usize>,
}

impl Timers {
    fn tidy(&mut self, rubbish: &mut Vec<Waker>) {
        while let Some(Reverse(first)) = self.heap.peek() {
            if !self.void.remove(&first.stamp) {
                return;
            }
            rubbish.extend(self.heap.pop().map(|Reverse(timer)| timer.waker));
        }
    }

    fn first(&mut self, rubbish: &mut Vec<Waker>) -> Option<Duration> {
        self.tidy(rubbish);
        self.heap.peek().map(|Reverse(timer)| timer.at)
    }
}

struct Fiber {
    future: Mutex<Option<Boxed>>,
    scheduled: AtomicBool,
    home: Arc<dyn Inbox>,
    finished: AtomicBool,
}

trait Inbox: Send + Sync {
    fn post(&self, fiber: Arc<Fiber>);
}

impl Wake for Fiber {
    fn wake(self: Arc<Self>) {
        if self.finished.load(Memory::SeqCst) || self.scheduled.swap(true, Memory::SeqCst) {
            return;
        }
        let home = self.home.clone();
        home.post(self);
    }
}

struct Inner<M> {
    machine: M,
    inbox: Mutex<Vec<Arc<Fiber>>>,
    outbox: Mutex<VecDeque<Arc<Fiber>>>,
    timers: RwLock<Timers>,
    serials: AtomicUsize,
}

impl<M: Machine> Inbox for Inner<M> {
    fn post(&self, fiber: Arc<Fiber>) {
        self.inbox.lock().unwrap().push(fiber);
        self.machine.unpark();
    }
}

impl<M> Inner<M> {
    fn outbox(&self) -> MutexGuard<'_, VecDeque<Arc<Fiber>>> {
        self.outbox.lock().unwrap()
    }

    fn serial(&self) -> usize {
        self.serials.fetch_add(1, Memory::SeqCst)
    }
}

pub struct EventLoop<M> {
    inner: Arc<Inner<M>>,
}

impl<M: Machine> EventLoop<M> {
    #[must_use]
    pub fn new(machine: M) -> Self {
        EventLoop {
            inner: Arc::new(Inner {
                machine,
                inbox: Mutex::new(Vec::new()),
                outbox: Mutex::new(VecDeque::new()),
                timers: RwLock::new(Timers::default()),
                serials: AtomicUsize::new(0),
            }),
        }
    }

    fn ring_due_timers(&self) {
        loop {
            let now = self.inner.machine.now();
            let mut rubbish = Vec::new();
            let mut timers = self.inner.timers.write().unwrap();
            let due = timers.first(&mut rubbish).is_some_and(|first| first <= now);
            let timer = if due { timers.heap.pop() } else { None };
            drop(timers);
            drop(rubbish);
            match timer {
                Some(Reverse(timer)) => timer.waker.wake(),
                None => break,
            }
        }
    }

    fn next(&self) -> Option<Arc<Fiber>> {
        let mut outbox = self.inner.outbox();
        if outbox.is_empty() {
            outbox.extend(self.inner.inbox.lock().unwrap().drain(..));
        }
        outbox.pop_front()
    }

    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        let mut main = Box::pin(main);
        let proxy = Arc::new(Fiber {
            future: Mutex::new(None),
            scheduled: AtomicBool::new(false),
            home: self.inner.clone(),
            finished: AtomicBool::new(false),
        });
        /// Nobody's wake counts for a main that is over.
        struct Over(Arc<Fiber>);
        impl Drop for Over {
            fn drop(&mut self) {
                self.0.finished.store(true, Memory::SeqCst);
            }
        }
        let over = Over(proxy.clone());
        let waker = Waker::from(proxy);
        waker.wake_by_ref();
        loop {
            self.ring_due_timers();
            let Some(fiber) = self.next() else {
                let mut rubbish = Vec::new();
                let until = self.inner.timers.write().unwrap().first(&mut rubbish);
                drop(rubbish);
                self.inner.machine.park(until);
                continue;
            };
            fiber.scheduled.store(false, Memory::SeqCst);
            if Arc::ptr_eq(&fiber, &over.0) {
                if let Poll::Ready(result) = main.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return result;
                }
                continue;
            }
            let Some(mut future) = fiber.future.lock().unwrap().take() else { continue };
            let waker = Waker::from(fiber.clone());
            let mut context = Context::from_waker(&waker);
            if let Ok(Poll::Pending) =
                panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut context)))
            {
                *fiber.future.lock().unwrap() = Some(future);
            } else {
                fiber.finished.store(true, Memory::SeqCst);
                drop(future);
            }
        }
    }

    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (sender, receiver) = sync_channel(1);
        let waiting = Arc::new(Mutex::new(None::<Waker>));
        // Fields are dropped in their order: first the sender, so that the other end is told, and then the bell rings.
        struct Ring {
            waiting: Arc<Mutex<Option<Waker>>>,
        }
        impl Drop for Ring {
            fn drop(&mut self) {
                let waker = self.waiting.lock().unwrap().take();
                if let Some(waker) = waker {
                    waker.wake();
                }
            }
        }
        struct End<T> {
            sender: SyncSender<T>,
            _ring: Ring,
        }
        let end = End { sender, _ring: Ring { waiting: waiting.clone() } };
        let future: Boxed = Box::pin(async move {
            let end = end;
            let result = task.await;
            let _ = end.sender.send(result);
        });
        let fiber = Fiber {
            future: Mutex::new(Some(future)),
            scheduled: AtomicBool::new(false),
            home: self.inner.clone(),
            finished: AtomicBool::new(false),
        };
        Waker::from(Arc::new(fiber)).wake();
        JoinHandle { receiver: Mutex::new(receiver), waiting }
    }

    #[must_use]
    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        Sleep {
            inner: self.inner.clone(),
            at: self.inner.machine.now() + time,
            serial: self.inner.serial(),
            stamp: None,
        }
    }
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        EventLoop { inner: self.inner.clone() }
    }
}

pub struct JoinHandle<T> {
    receiver: Mutex<Receiver<T>>,
    waiting: Arc<Mutex<Option<Waker>>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let old = self.waiting.lock().unwrap().replace(context.waker().clone());
        drop(old);
        let received = self.receiver.lock().unwrap().try_recv();
        match received {
            Ok(value) => Poll::Ready(Ok(value)),
            Err(TryRecvError::Disconnected) => Poll::Ready(Err(Panicked)),
            Err(TryRecvError::Empty) => Poll::Pending,
        }
    }
}

pub struct Sleep<M> {
    inner: Arc<Inner<M>>,
    at: Duration,
    serial: usize,
    stamp: Option<usize>,
}

impl<M> Sleep<M> {
    fn cancel(&mut self) {
        if let Some(stamp) = self.stamp.take() {
            let mut timers = self.inner.timers.write().unwrap();
            let waiting = timers.heap.iter().any(|Reverse(timer)| timer.stamp == stamp);
            if waiting {
                timers.void.insert(stamp);
            }
        }
    }
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.cancel();
        if self.inner.machine.now() >= self.at {
            return Poll::Ready(());
        }
        let stamp = self.inner.serial();
        self.stamp = Some(stamp);
        let timer = Timer { at: self.at, serial: self.serial, waker: context.waker().clone(), stamp };
        self.inner.timers.write().unwrap().heap.push(Reverse(timer));
        Poll::Pending
    }
}

impl<M> Drop for Sleep<M> {
    fn drop(&mut self) {
        self.cancel();
    }
}
