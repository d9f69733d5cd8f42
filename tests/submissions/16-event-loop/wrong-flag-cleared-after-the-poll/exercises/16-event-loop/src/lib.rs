//! A task counts as queued until it has been polled; then the flag is cleared.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

pub trait Machine: Clone + Send + Sync + 'static {
    fn now(&self) -> Duration;
    fn park(&self, until: Option<Duration>);
    fn unpark(&self);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked;

struct Task<M> {
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    queued: AtomicBool,
    ready: Sender<Arc<Task<M>>>,
    machine: M,
}

impl<M: Machine> Wake for Task<M> {
    fn wake(self: Arc<Self>) {
        if !self.queued.swap(true, Ordering::SeqCst) {
            let ready = self.ready.clone();
            let machine = self.machine.clone();
            let _ = ready.send(self);
            machine.unpark();
        }
    }
}

struct MainWaker<M> {
    woken: AtomicBool,
    machine: M,
}

impl<M: Machine> Wake for MainWaker<M> {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Ordering::SeqCst);
        self.machine.unpark();
    }
}

/// What a sleep and its entry in the heap share.
struct Alarm {
    when: Duration,
    number: u64,
    waker: Mutex<Option<Waker>>,
}

type Entry = Reverse<(Duration, u64, ByAddress)>;

/// The heap compares times and numbers, which are all different.
struct ByAddress(Weak<Alarm>);
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

struct Core<M> {
    machine: M,
    sender: Sender<Arc<Task<M>>>,
    receiver: Mutex<Receiver<Arc<Task<M>>>>,
    timers: Mutex<BinaryHeap<Entry>>,
    numbers: AtomicU64,
}

pub struct EventLoop<M> {
    core: Arc<Core<M>>,
}

impl<M: Machine> EventLoop<M> {
    pub fn new(machine: M) -> Self {
        let (sender, receiver) = channel();
        Self {
            core: Arc::new(Core {
                machine,
                sender,
                receiver: Mutex::new(receiver),
                timers: Mutex::default(),
                numbers: AtomicU64::new(0),
            }),
        }
    }

    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        let core = &*self.core;
        let mut main = pin!(main);
        let flag = Arc::new(MainWaker { woken: AtomicBool::new(true), machine: core.machine.clone() });
        let waker = Waker::from(flag.clone());
        loop {
            if flag.woken.swap(false, Ordering::SeqCst) {
                if let Poll::Ready(output) = main.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return output;
                }
            }
            core.ring_alarms();
            let task = core.receiver.lock().unwrap().try_recv();
            match task {
                Ok(task) => run(task),
                Err(_) if flag.woken.load(Ordering::SeqCst) => {}
                Err(_) => core.machine.park(core.next_alarm()),
            }
        }
    }

    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let slot = Arc::new(Mutex::new(Slot::Waiting(None)));
        let result = slot.clone();
        let mut future = Box::pin(future);
        let mut caught = Some(std::future::poll_fn(move |cx| {
            match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
                Ok(Poll::Pending) => Poll::Pending,
                Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
                Err(_) => Poll::Ready(Err(Panicked)),
            }
        }));
        let whole = std::future::poll_fn(move |cx| {
            let Some(running) = &mut caught else { return Poll::Ready(()) };
            let Poll::Ready(value) = Pin::new(running).poll(cx) else { return Poll::Pending };
            caught = None;
            let before = std::mem::replace(&mut *result.lock().unwrap(), Slot::Done(value));
            if let Slot::Waiting(Some(waker)) = before {
                waker.wake();
            }
            Poll::Ready(())
        });
        let task = Task {
            future: Mutex::new(Some(Box::pin(whole))),
            queued: AtomicBool::new(false),
            ready: self.core.sender.clone(),
            machine: self.core.machine.clone(),
        };
        Arc::new(task).wake();
        JoinHandle { slot }
    }

    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        let number = self.core.numbers.fetch_add(1, Ordering::SeqCst);
        let when = self.core.machine.now() + time;
        let alarm = Arc::new(Alarm { when, number, waker: Mutex::new(None) });
        Sleep { alarm, entered: false, core: self.core.clone() }
    }
}

fn run<M: Machine>(task: Arc<Task<M>>) {
    let mut place = task.future.lock().unwrap();
    let Some(mut future) = place.take() else { return };
    let waker = Waker::from(task.clone());
    if future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
        *place = Some(future);
    }
    task.queued.store(false, Ordering::SeqCst);
}

impl<M: Machine> Core<M> {
    fn ring_alarms(&self) {
        let now = self.machine.now();
        loop {
            let mut timers = self.timers.lock().unwrap();
            match timers.peek() {
                Some(Reverse((when, _, _))) if *when <= now => {}
                _ => return,
            }
            let Reverse((_, _, ByAddress(alarm))) = timers.pop().unwrap();
            drop(timers);
            if let Some(alarm) = alarm.upgrade() {
                let waker = alarm.waker.lock().unwrap().take();
                if let Some(waker) = waker {
                    waker.wake();
                }
            }
        }
    }

    /// Those whose sleep was dropped are thrown away on the way.
    fn next_alarm(&self) -> Option<Duration> {
        let mut timers = self.timers.lock().unwrap();
        loop {
            let Reverse((when, _, ByAddress(alarm))) = timers.peek()?;
            if alarm.strong_count() > 0 {
                return Some(*when);
            }
            timers.pop();
        }
    }
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        EventLoop { core: self.core.clone() }
    }
}

enum Slot<T> {
    Waiting(Option<Waker>),
    Done(Result<T, Panicked>),
}

pub struct JoinHandle<T> {
    slot: Arc<Mutex<Slot<T>>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = self.slot.lock().unwrap();
        match std::mem::replace(&mut *slot, Slot::Waiting(Some(cx.waker().clone()))) {
            Slot::Done(result) => Poll::Ready(result),
            Slot::Waiting(_) => Poll::Pending,
        }
    }
}

pub struct Sleep<M> {
    alarm: Arc<Alarm>,
    entered: bool,
    core: Arc<Core<M>>,
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.core.machine.now() >= self.alarm.when {
            return Poll::Ready(());
        }
        *self.alarm.waker.lock().unwrap() = Some(cx.waker().clone());
        if !std::mem::replace(&mut self.entered, true) {
            let entry = (self.alarm.when, self.alarm.number, ByAddress(Arc::downgrade(&self.alarm)));
            self.core.timers.lock().unwrap().push(Reverse(entry));
        }
        Poll::Pending
    }
}
