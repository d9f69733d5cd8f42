//! Everybody but the loop only sends commands; the core belongs to whoever is inside `block_on`.

use std::any::Any;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
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

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;
type Moment = (Duration, u64);

enum Command {
    Spawn(u64, Task),
    Wake(u64),
    Arm(Moment, Waker),
    Disarm(Moment),
}

#[derive(Default)]
struct Core {
    ready: VecDeque<u64>,
    in_ready: BTreeSet<u64>,
    tasks: HashMap<u64, Task>,
    timers: std::collections::BTreeMap<Moment, Waker>,
}

impl Core {
    fn push(&mut self, id: u64) {
        if self.in_ready.insert(id) {
            self.ready.push_back(id);
        }
    }
}

struct Inner<M> {
    machine: M,
    numbers: AtomicU64,
    commands: Mutex<Sender<Command>>,
    inbox: Mutex<Receiver<Command>>,
    core: Mutex<Option<Core>>,
}

impl<M: Machine> Inner<M> {
    fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }
    fn tell(&self, command: Command) {
        self.commands.lock().unwrap().send(command).ok().unwrap();
        self.machine.unpark();
    }
}

struct Bell<M> {
    inner: std::sync::Weak<Inner<M>>,
    id: u64,
}

impl<M: Machine> Wake for Bell<M> {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        if let Some(inner) = self.inner.upgrade() {
            inner.tell(Command::Wake(self.id));
        }
    }
}

pub struct EventLoop<M> {
    inner: Arc<Inner<M>>,
}

struct Lease<'a, M> {
    inner: &'a Inner<M>,
    core: Option<Core>,
    main: u64,
}

impl<M> Drop for Lease<'_, M> {
    fn drop(&mut self) {
        let mut core = self.core.take().unwrap();
        let main = self.main;
        core.in_ready.remove(&main);
        core.ready.retain(|id| *id != main);
        *self.inner.core.lock().unwrap_or_else(|e| e.into_inner()) = Some(core);
    }
}

impl<M: Machine> EventLoop<M> {
    #[must_use]
    pub fn new(machine: M) -> Self {
        let (sender, receiver) = mpsc::channel();
        Self {
            inner: Arc::new(Inner {
                machine,
                numbers: AtomicU64::new(0),
                commands: Mutex::new(sender),
                inbox: Mutex::new(receiver),
                core: Mutex::new(Some(Core::default())),
            }),
        }
    }

    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        let mut main = std::pin::pin!(main);
        let inner = &*self.inner;
        let main_id = inner.number();
        let core = inner.core.lock().unwrap().take().expect("one block_on at a time");
        let mut lease = Lease { inner, core: Some(core), main: main_id };
        lease.core.as_mut().unwrap().push(main_id);
        loop {
            let core = lease.core.as_mut().unwrap();
            // 1. the post
            loop {
                let next = inner.inbox.lock().unwrap().try_recv();
                match next {
                    Ok(Command::Spawn(id, task)) => {
                        core.tasks.insert(id, task);
                        core.push(id);
                    }
                    Ok(Command::Wake(id)) => {
                        if id == main_id || core.tasks.contains_key(&id) {
                            core.push(id);
                        }
                    }
                    Ok(Command::Arm(moment, waker)) => drop(core.timers.insert(moment, waker)),
                    Ok(Command::Disarm(moment)) => drop(core.timers.remove(&moment)),
                    Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
                }
            }
            // 2. the clock: rings come back as commands, in order
            let now = inner.machine.now();
            let later = core.timers.split_off(&(now, u64::MAX));
            let due = std::mem::replace(&mut core.timers, later);
            if !due.is_empty() {
                for waker in due.into_values() {
                    waker.wake();
                }
                continue;
            }
            // 3. whoever has waited for longest
            let Some(id) = core.ready.pop_front() else {
                inner.machine.park(core.timers.first_key_value().map(|(moment, _)| moment.0));
                continue;
            };
            core.in_ready.remove(&id);
            let waker = Waker::from(Arc::new(Bell { inner: Arc::downgrade(&self.inner), id }));
            let mut context = Context::from_waker(&waker);
            if id == main_id {
                if let Poll::Ready(output) = main.as_mut().poll(&mut context) {
                    return output;
                }
            } else if let Some(task) = core.tasks.get_mut(&id)
                && task.as_mut().poll(&mut context).is_ready()
            {
                core.tasks.remove(&id);
            }
        }
    }

    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let shelf = Arc::new(Mutex::new(Shelf::Empty));
        self.inner.tell(Command::Spawn(self.inner.number(), Box::pin(deliver(task, shelf.clone()))));
        JoinHandle { shelf }
    }

    #[must_use]
    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        let until = self.inner.machine.now().checked_add(time).unwrap_or(Duration::MAX);
        Sleep { inner: self.inner.clone(), moment: (until, self.inner.number()), armed: false }
    }
}

/// Runs the future to its end, whichever, and puts what came out on the shelf.
async fn deliver<T>(future: impl Future<Output = T>, shelf: Arc<Mutex<Shelf<T>>>) {
    let result = {
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|context| {
            let polled: Result<Poll<T>, Box<dyn Any + Send>> =
                panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
            match polled {
                Ok(poll) => poll.map(Ok),
                Err(_payload) => Poll::Ready(Err(Panicked)),
            }
        })
        .await
    };
    let before = std::mem::replace(&mut *shelf.lock().unwrap(), Shelf::Full(result));
    if let Shelf::Awaited(waker) = before {
        waker.wake();
    }
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

enum Shelf<T> {
    Empty,
    Awaited(Waker),
    Full(Result<T, Panicked>),
}

pub struct JoinHandle<T> {
    shelf: Arc<Mutex<Shelf<T>>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut shelf = self.shelf.lock().unwrap();
        match std::mem::replace(&mut *shelf, Shelf::Empty) {
            Shelf::Full(result) => Poll::Ready(result),
            Shelf::Empty => {
                *shelf = Shelf::Awaited(context.waker().clone());
                Poll::Pending
            }
            Shelf::Awaited(mut waker) => {
                waker.clone_from(context.waker());
                *shelf = Shelf::Awaited(waker);
                Poll::Pending
            }
        }
    }
}

pub struct Sleep<M: Machine> {
    inner: Arc<Inner<M>>,
    moment: Moment,
    armed: bool,
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.moment.0 <= self.inner.machine.now() {
            return Poll::Ready(());
        }
        self.armed = true;
        self.inner.tell(Command::Arm(self.moment, context.waker().clone()));
        Poll::Pending
    }
}

impl<M: Machine> Drop for Sleep<M> {
    fn drop(&mut self) {
        if self.armed {
            self.inner.tell(Command::Disarm(self.moment));
        }
    }
}
