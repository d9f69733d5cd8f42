//! The queue is a list that is linked through the places of a slab.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock, RwLock, Weak};
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

/// A node of the list of ready tasks. `next` links it to whoever comes after it.
struct Node {
    body: Mutex<Option<Box<dyn Run>>>,
    linked: AtomicBool,
    line: Weak<dyn Line>,
}

trait Run: Send {
    fn run(&mut self, context: &mut Context<'_>) -> bool;
}

trait Line: Send + Sync {
    fn join(&self, node: Arc<Node>);
}

struct Link {
    node: Arc<Node>,
    next: Option<Box<Link>>,
}

/// First in, first out, from two singly linked lists: Okasaki's queue.
#[derive(Default)]
struct Okasaki {
    front: Option<Box<Link>>,
    back: Option<Box<Link>>,
}
impl Okasaki {
    fn push(&mut self, node: Arc<Node>) {
        self.back = Some(Box::new(Link { node, next: self.back.take() }));
    }
    fn pop(&mut self) -> Option<Arc<Node>> {
        if self.front.is_none() {
            let mut rest = self.back.take();
            while let Some(mut link) = rest {
                rest = link.next.take();
                link.next = self.front.take();
                self.front = Some(link);
            }
        }
        let link = self.front.take()?;
        self.front = link.next;
        Some(link.node)
    }
}
impl Drop for Okasaki {
    fn drop(&mut self) {
        while self.pop().is_some() {}
    }
}

impl Wake for Node {
    fn wake(self: Arc<Self>) {
        if !self.linked.swap(true, SeqCst) {
            if let Some(line) = self.line.upgrade() {
                line.join(self);
            }
        }
    }
}

struct Alarm {
    when: Duration,
    number: usize,
    waker: Waker,
}

struct Hub<M> {
    machine: M,
    ready: Mutex<Okasaki>,
    alarms: RwLock<Vec<Alarm>>, // latest first
    made: AtomicUsize,
    // Whoever waits for something is kept alive here; wakers keep a node alive as well, but not what is in it.
    alive: Mutex<Vec<Arc<Node>>>,
}

impl<M: Machine> Line for Hub<M> {
    fn join(&self, node: Arc<Node>) {
        self.ready.lock().unwrap().push(node);
        self.machine.unpark();
    }
}

pub struct EventLoop<M> {
    hub: Arc<Hub<M>>,
}

impl<M: Machine> EventLoop<M> {
    #[must_use]
    pub fn new(machine: M) -> Self {
        Self {
            hub: Arc::new(Hub {
                machine,
                ready: Mutex::default(),
                alarms: RwLock::default(),
                made: AtomicUsize::new(0),
                alive: Mutex::default(),
            }),
        }
    }

    fn node(&self, body: Option<Box<dyn Run>>) -> Arc<Node> {
        let line: Arc<dyn Line> = self.hub.clone();
        Arc::new(Node { body: Mutex::new(body), linked: AtomicBool::new(false), line: Arc::downgrade(&line) })
    }

    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        let mut main = std::pin::pin!(main);
        let me = self.node(None);
        let hub = &self.hub;
        Waker::from(me.clone()).wake();
        loop {
            let now = hub.machine.now();
            loop {
                let mut alarms = hub.alarms.write().unwrap();
                if alarms.last().is_none_or(|alarm| alarm.when > now) {
                    break;
                }
                let alarm = alarms.pop().unwrap();
                drop(alarms);
                alarm.waker.wake();
            }
            let next = hub.ready.lock().unwrap().pop();
            let Some(node) = next else {
                let until = hub.alarms.read().unwrap().last().map(|alarm| alarm.when);
                hub.machine.park(until);
                continue;
            };
            node.linked.store(false, SeqCst);
            let waker = Waker::from(node.clone());
            let mut context = Context::from_waker(&waker);
            if Arc::ptr_eq(&node, &me) {
                if let Poll::Ready(value) = main.as_mut().poll(&mut context) {
                    return value;
                }
                continue;
            }
            let mut body = node.body.lock().unwrap().take();
            if let Some(run) = &mut body {
                if run.run(&mut context) {
                    drop(body);
                    let mut alive = hub.alive.lock().unwrap();
                    let place = alive.iter().position(|other| Arc::ptr_eq(other, &node));
                    let gone = place.map(|place| alive.swap_remove(place));
                    drop(alive);
                    drop(gone);
                } else {
                    *node.body.lock().unwrap() = body;
                }
            }
        }
    }

    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let ending = Arc::new(Ending { value: OnceLock::new(), waiting: Mutex::new(Vec::new()) });
        let node = self.node(Some(Box::new(Body { future: Some(Box::pin(task)), ending: ending.clone() })));
        self.hub.alive.lock().unwrap().push(node.clone());
        node.wake();
        JoinHandle { ending }
    }

    #[must_use]
    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        Sleep {
            hub: self.hub.clone(),
            when: self.hub.machine.now() + time,
            number: self.hub.made.fetch_add(1, SeqCst),
        }
    }
}

struct Body<F: Future> {
    future: Option<Pin<Box<F>>>,
    ending: Arc<Ending<F::Output>>,
}

impl<F: Future + Send> Run for Body<F>
where
    F::Output: Send,
{
    fn run(&mut self, context: &mut Context<'_>) -> bool {
        let Some(future) = &mut self.future else { return true };
        let outcome = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        let value = match outcome {
            Ok(Poll::Pending) => return false,
            Ok(Poll::Ready(value)) => Ok(value),
            Err(_) => Err(Panicked),
        };
        self.future = None;
        let _ = self.ending.value.set(Mutex::new(Some(value)));
        let waiting = std::mem::take(&mut *self.ending.waiting.lock().unwrap());
        waiting.into_iter().for_each(Waker::wake);
        true
    }
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        EventLoop { hub: self.hub.clone() }
    }
}

struct Ending<T> {
    value: OnceLock<Mutex<Option<Result<T, Panicked>>>>,
    waiting: Mutex<Vec<Waker>>,
}

pub struct JoinHandle<T> {
    ending: Arc<Ending<T>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut waiting = self.ending.waiting.lock().unwrap();
        if let Some(value) = self.ending.value.get() {
            return Poll::Ready(value.lock().unwrap().take().expect("polled after its end"));
        }
        waiting.clear();
        waiting.push(context.waker().clone());
        Poll::Pending
    }
}

pub struct Sleep<M> {
    hub: Arc<Hub<M>>,
    when: Duration,
    number: usize,
}

impl<M> Sleep<M> {
    fn take_back(&self) -> Option<Alarm> {
        let mut alarms = self.hub.alarms.write().unwrap();
        let place = alarms
            .binary_search_by(|alarm| (self.when, self.number).cmp(&(alarm.when, alarm.number)))
            .ok()?;
        Some(alarms.remove(place))
    }
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let old = self.take_back();
        drop(old);
        if self.hub.machine.now() >= self.when {
            return Poll::Ready(());
        }
        let mut alarms = self.hub.alarms.write().unwrap();
        let place = alarms.partition_point(|alarm| (alarm.when, alarm.number) > (self.when, self.number));
        alarms.insert(place, Alarm { when: self.when, number: self.number, waker: context.waker().clone() });
        Poll::Pending
    }
}

impl<M> Drop for Sleep<M> {
    fn drop(&mut self) {
        drop(self.take_back());
    }
}
