//! Rounds: take the whole queue, poll everybody in it, look at the clock. One lock for all there is; the handle is told by a
//! guard when the task is dropped, so a panic tells it as well.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

pub trait Machine: Clone + Send + Sync + 'static {
    fn now(&self) -> Duration;
    fn park(&self, until: Option<Duration>);
    fn unpark(&self);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked;

struct World {
    ready: Vec<u64>,
    /// Who waits for a poll, in `ready` or in the round.
    waiting: HashSet<u64>,
    futures: HashMap<u64, Pin<Box<dyn Future<Output = ()> + Send>>>,
    alarms: Vec<(Duration, u64, Waker)>,
    count: u64,
}

struct Root<M> {
    machine: M,
    world: Mutex<World>,
}

impl<M: Machine> Root<M> {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("nobody panics in here")
    }
    fn number(&self) -> u64 {
        let mut world = self.world();
        world.count += 1;
        world.count
    }
    fn schedule(&self, id: u64) {
        let mut world = self.world();
        if world.waiting.insert(id) {
            world.ready.push(id);
        }
        drop(world);
        self.machine.unpark();
    }
}

struct Bell<M: Machine>(u64, Arc<Root<M>>);

impl<M: Machine> Wake for Bell<M> {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        self.1.schedule(self.0);
    }
}

pub struct EventLoop<M>(Arc<Root<M>>);

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M: Machine> EventLoop<M> {
    pub fn new(machine: M) -> Self {
        let world = World {
            ready: vec![],
            waiting: HashSet::new(),
            futures: HashMap::new(),
            alarms: vec![],
            count: 0,
        };
        Self(Arc::new(Root { machine, world: Mutex::new(world) }))
    }

    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        let root = &self.0;
        let own = root.number();
        let waker = Waker::from(Arc::new(Bell(own, root.clone())));
        let mut main = pin!(main);
        root.schedule(own);
        loop {
            // A round: everybody who is ready now. Who gets ready meanwhile is for the next one.
            let round = std::mem::take(&mut root.world().ready);
            for (place, &id) in round.iter().enumerate() {
                root.world().waiting.remove(&id);
                if id != own {
                    self.poll_one(id);
                    continue;
                }
                let mut poll = || main.as_mut().poll(&mut Context::from_waker(&waker));
                let ended = match catch_unwind(AssertUnwindSafe(&mut poll)) {
                    Ok(Poll::Pending) => continue,
                    Ok(Poll::Ready(output)) => Ok(output),
                    Err(panic) => Err(panic),
                };
                // The rest of the round is for the next call, also after a panic.
                let mut world = root.world();
                world.ready.splice(0..0, round[place + 1..].iter().copied());
                drop(world);
                return ended.unwrap_or_else(|panic| resume_unwind(panic));
            }
            let next = self.look_at_the_clock();
            if root.world().ready.is_empty() {
                root.machine.park(next);
                self.look_at_the_clock();
            }
        }
    }

    fn poll_one(&self, id: u64) {
        let Some(mut future) = self.0.world().futures.remove(&id) else { return };
        let waker = Waker::from(Arc::new(Bell(id, self.0.clone())));
        let polled =
            catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut Context::from_waker(&waker))));
        match polled {
            Ok(Poll::Pending) => {
                self.0.world().futures.insert(id, future);
            }
            // Its guard tells the handle.
            Ok(Poll::Ready(())) | Err(_) => drop(future),
        }
    }

    fn look_at_the_clock(&self) -> Option<Duration> {
        let now = self.0.machine.now();
        let mut world = self.0.world();
        let due = world.alarms.partition_point(|(when, _, _)| *when <= now);
        let due: Vec<_> = world.alarms.drain(..due).collect();
        let next = world.alarms.first().map(|(when, _, _)| *when);
        drop(world);
        for (_, _, waker) in due {
            waker.wake();
        }
        next
    }

    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let cell = Arc::new(Cell { outcome: Mutex::new((None, None)) });
        let guard = Guard { cell: cell.clone(), outcome: Err(Panicked) };
        let id = self.0.number();
        let whole = async move {
            let mut guard = guard;
            // `task` is gone before the guard is: locals are dropped in reverse order.
            let task = task;
            guard.outcome = Ok(task.await);
        };
        self.0.world().futures.insert(id, Box::pin(whole));
        self.0.schedule(id);
        JoinHandle(cell)
    }

    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        Sleep(self.0.machine.now() + time, self.0.number(), self.0.clone())
    }
}

struct Cell<T> {
    outcome: Mutex<(Option<Result<T, Panicked>>, Option<Waker>)>,
}

/// Tells the handle, also when the task is unwound.
struct Guard<T> {
    cell: Arc<Cell<T>>,
    outcome: Result<T, Panicked>,
}

impl<T> Drop for Guard<T> {
    fn drop(&mut self) {
        let outcome = std::mem::replace(&mut self.outcome, Err(Panicked));
        let mut cell = self.cell.outcome.lock().unwrap();
        cell.0 = Some(outcome);
        let waker = cell.1.take();
        drop(cell);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

pub struct JoinHandle<T>(Arc<Cell<T>>);

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut cell = self.0.outcome.lock().unwrap();
        if let Some(outcome) = cell.0.take() {
            return Poll::Ready(outcome);
        }
        cell.1 = Some(cx.waker().clone());
        Poll::Pending
    }
}

pub struct Sleep<M: Machine>(Duration, u64, Arc<Root<M>>);

impl<M: Machine> Sleep<M> {
    fn forget(&self) {
        let mut world = self.2.world();
        world.alarms.retain(|(_, number, _)| *number != self.1);
    }
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.forget();
        if self.2.machine.now() >= self.0 {
            return Poll::Ready(());
        }
        let mut world = self.2.world();
        let place = world.alarms.partition_point(|(when, number, _)| (*when, *number) < (self.0, self.1));
        world.alarms.insert(place, (self.0, self.1, cx.waker().clone()));
        Poll::Pending
    }
}

impl<M: Machine> Drop for Sleep<M> {
    fn drop(&mut self) {
        self.forget();
    }
}
