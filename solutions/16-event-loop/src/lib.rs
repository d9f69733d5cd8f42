//! Reference answer of exercise 16: one line of bells that have rung, and whoever's bell it is gets polled.
//!
//! A *bell* is what a waker is made of. It belongs to one future, main's or a task's, and stands in the line at most once.
//! The loop takes the first bell out of the line and polls its future; when the line is empty it sleeps. No lock is held
//! while a future is polled or dropped, or a waker is called: both may lead straight back into the loop.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// What an event loop stands on: a clock, and a bed to sleep in.
pub trait Machine: Clone + Send + Sync + 'static {
    /// The time since the machine was started. It moves on while the loop sleeps, and while a poll takes its time.
    fn now(&self) -> Duration;

    /// Lets the calling thread sleep until [`Machine::unpark`] is called, or until the time is `until`.
    fn park(&self, until: Option<Duration>);

    /// Wakes the thread that sleeps in [`Machine::park`], or else the next one that is going to.
    fn unpark(&self);
}

/// The task panicked: it has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked;

/// An event loop. Clones are handles to the same one.
pub struct EventLoop<M> {
    shared: Arc<Shared<M>>,
}

struct Shared<M> {
    machine: M,
    state: Mutex<State<M>>,
}

struct State<M> {
    /// The bells that have rung since their futures were last polled, in that order.
    line: VecDeque<Arc<Bell<M>>>,
    /// The tasks that have not ended, by the numbers of their bells. The one that is being polled is not here meanwhile.
    tasks: HashMap<u64, Task>,
    /// Whom to wake, and when: the earliest first, then the one that was made first.
    timers: BTreeMap<(Duration, u64), Waker>,
    /// The next number of a bell or a timer.
    next: u64,
}

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Rings for one future.
struct Bell<M> {
    number: u64,
    /// Wakers may outlive the loop, and must not keep it alive.
    shared: Weak<Shared<M>>,
    /// Whether it stands in the line.
    rung: Mutex<bool>,
}

impl<M: Machine> Wake for Bell<M> {
    fn wake(self: Arc<Self>) {
        let Some(shared) = self.shared.upgrade() else { return };
        if std::mem::replace(&mut *lock(&self.rung), true) {
            return;
        }
        lock(&shared.state).line.push_back(self);
        // After it is in the line: whoever is woken by this finds it there.
        shared.machine.unpark();
    }
}

impl<M: Machine> EventLoop<M> {
    /// A loop with nothing to do.
    #[must_use]
    pub fn new(machine: M) -> Self {
        let (line, tasks, timers) = (VecDeque::new(), HashMap::new(), BTreeMap::new());
        let state = Mutex::new(State { line, tasks, timers, next: 0 });
        Self { shared: Arc::new(Shared { machine, state }) }
    }

    /// Runs `main` to its end on this thread, and tasks meanwhile.
    ///
    /// # Panics
    ///
    /// As `main` does.
    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        let mut main = pin!(main);
        // A new bell each time: wakers of an earlier main ring for nobody.
        let of_main = self.new_bell();
        Arc::clone(&of_main).wake();
        loop {
            let next_timer = self.fire_timers();
            let Some(bell) = self.state().line.pop_front() else {
                // Whoever rings from here on has it return at once.
                self.shared.machine.park(next_timer);
                continue;
            };
            // Before the poll: whoever rings during it wants another one.
            *lock(&bell.rung) = false;
            if bell.number != of_main.number {
                self.poll_task(bell);
            } else if let Poll::Ready(output) = main.as_mut().poll(&mut Context::from_waker(&bell.into())) {
                return output;
            }
        }
    }

    /// Polls the task of this bell, if it has not ended.
    fn poll_task(&self, bell: Arc<Bell<M>>) {
        let number = bell.number;
        let Some(mut task) = self.state().tasks.remove(&number) else { return };
        if task.as_mut().poll(&mut Context::from_waker(&bell.into())).is_pending() {
            self.state().tasks.insert(number, task);
        }
    }

    /// Wakes whoever waits for a time that has come. Returns the earliest one that has not.
    fn fire_timers(&self) -> Option<Duration> {
        let now = self.shared.machine.now();
        loop {
            let mut state = self.state();
            let timer = state.timers.first_entry()?;
            let (when, _) = *timer.key();
            if when > now {
                return Some(when);
            }
            let waker = timer.remove();
            drop(state);
            waker.wake();
        }
    }

    /// Schedules a task; nothing of it runs in the call.
    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let slot = Arc::new(Mutex::new(Slot { result: None, waker: None }));
        let task = Supervised { task: Some(Box::pin(task)), slot: Arc::clone(&slot) };
        let bell = self.new_bell();
        self.state().tasks.insert(bell.number, Box::pin(task));
        bell.wake();
        JoinHandle { slot }
    }

    /// A future that is ready once so much time has passed since this call.
    #[must_use]
    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        let when = self.shared.machine.now() + time;
        Sleep { shared: Arc::downgrade(&self.shared), key: (when, self.state().number()) }
    }

    fn new_bell(&self) -> Arc<Bell<M>> {
        let shared = Arc::downgrade(&self.shared);
        Arc::new(Bell { number: self.state().number(), shared, rung: Mutex::new(false) })
    }

    fn state(&self) -> MutexGuard<'_, State<M>> {
        lock(&self.shared.state)
    }
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<M> State<M> {
    /// A number that nobody has.
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

/// Where a task leaves its result, and who waits for it.
struct Slot<T> {
    result: Option<Result<T, Panicked>>,
    waker: Option<Waker>,
}

/// A task whose end is told to its handle, also when it ends by a panic.
struct Supervised<F: Future> {
    /// `None` once it has ended.
    task: Option<Pin<Box<F>>>,
    slot: Arc<Mutex<Slot<F::Output>>>,
}

impl<F: Future> Future for Supervised<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(task) = &mut self.task else { return Poll::Ready(()) };
        // Nobody looks at a future that has panicked: it is dropped.
        let polled = catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(context)));
        let result = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(output)) => Ok(output),
            Err(_) => Err(Panicked),
        };
        // First the future goes, then its end is told. Its drop may panic as well.
        let task = self.task.take();
        let dropped = catch_unwind(AssertUnwindSafe(move || drop(task)));
        let mut slot = lock(&self.slot);
        slot.result = Some(dropped.map_err(|_| Panicked).and(result));
        let waker = slot.waker.take();
        drop(slot);
        if let Some(waker) = waker {
            waker.wake();
        }
        Poll::Ready(())
    }
}

/// Waits for a task's end.
pub struct JoinHandle<T> {
    slot: Arc<Mutex<Slot<T>>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = lock(&self.slot);
        if let Some(result) = slot.result.take() {
            return Poll::Ready(result);
        }
        // In place of the last one: only the waker of the last poll counts.
        slot.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

/// Waits for a time.
pub struct Sleep<M> {
    /// A task that sleeps is a part of the loop, and must not keep it alive.
    shared: Weak<Shared<M>>,
    /// Its place among the timers.
    key: (Duration, u64),
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // Without a loop there is nobody to wake it.
        let Some(shared) = self.shared.upgrade() else { return Poll::Pending };
        if shared.machine.now() >= self.key.0 {
            return Poll::Ready(());
        }
        // Again in each poll: the same place, and the waker of today.
        let old = lock(&shared.state).timers.insert(self.key, context.waker().clone());
        drop(old);
        Poll::Pending
    }
}

impl<M> Drop for Sleep<M> {
    fn drop(&mut self) {
        let Some(shared) = self.shared.upgrade() else { return };
        let waker = lock(&shared.state).timers.remove(&self.key);
        drop(waker);
    }
}

/// No code of a task runs under a lock, so what it protects is whole whatever panics.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
