//! The futures never leave the thread of the loop: they are in its thread-local storage. What comes from elsewhere goes through
//! an inbox, tasks and wakes alike. (As if a loop had one thread for all of its life.)

use std::any::Any;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
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

type Local = Pin<Box<dyn Future<Output = ()>>>;
type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

thread_local! {
    /// The tasks of this thread's loops, by loop and number.
    static TASKS: RefCell<HashMap<(u64, u64), Local>> = RefCell::default();
}

static LOOPS: AtomicU64 = AtomicU64::new(0);

enum News {
    Spawned(u64, Boxed),
    Woken(u64),
}

/// All that is shared between threads: plain data.
struct Office<M> {
    id: u64,
    machine: M,
    news: Mutex<(VecDeque<News>, std::collections::HashSet<u64>)>,
    clock: Mutex<BTreeMap<(Duration, u64), Option<Waker>>>,
    serial: AtomicU64,
}

struct Knock<M> {
    who: u64,
    office: Arc<Office<M>>,
}

impl<M: Machine> Wake for Knock<M> {
    fn wake(self: Arc<Self>) {
        let mut news = self.office.news.lock().unwrap();
        if news.1.insert(self.who) {
            news.0.push_back(News::Woken(self.who));
        }
        drop(news);
        self.office.machine.unpark();
    }
}

pub struct EventLoop<M> {
    office: Arc<Office<M>>,
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        EventLoop { office: self.office.clone() }
    }
}

impl<M: Machine> EventLoop<M> {
    pub fn new(machine: M) -> Self {
        let id = LOOPS.fetch_add(1, Ordering::Relaxed);
        let office = Office {
            id,
            machine,
            news: Mutex::default(),
            clock: Mutex::default(),
            serial: AtomicU64::new(1),
        };
        EventLoop { office: Arc::new(office) }
    }

    fn serial(&self) -> u64 {
        self.office.serial.fetch_add(1, Ordering::Relaxed)
    }

    fn waker(&self, who: u64) -> Waker {
        Arc::new(Knock { who, office: self.office.clone() }).into()
    }

    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        let me = self.serial();
        let waker = self.waker(me);
        waker.wake_by_ref();
        let mut main = pin!(main);
        loop {
            let next = self.wake_sleepers();
            let mut guard = self.office.news.lock().unwrap();
            let news = guard.0.pop_front();
            if let Some(News::Woken(who) | News::Spawned(who, _)) = &news {
                let who = *who;
                guard.1.remove(&who);
            }
            drop(guard);
            match news {
                None => self.office.machine.park(next),
                Some(News::Woken(who)) if who == me => {
                    if let Poll::Ready(output) = main.as_mut().poll(&mut Context::from_waker(&waker)) {
                        return output;
                    }
                }
                Some(News::Spawned(who, task)) => self.poll(who, task),
                Some(News::Woken(who)) => {
                    let task = TASKS.with_borrow_mut(|tasks| tasks.remove(&(self.office.id, who)));
                    if let Some(task) = task {
                        self.poll(who, task);
                    }
                }
            }
        }
    }

    fn poll(&self, who: u64, mut task: Local) {
        let waker = self.waker(who);
        if task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
            TASKS.with_borrow_mut(|tasks| tasks.insert((self.office.id, who), task));
        }
    }

    fn wake_sleepers(&self) -> Option<Duration> {
        let now = self.office.machine.now();
        loop {
            let mut clock = self.office.clock.lock().unwrap();
            let entry = clock.first_entry()?;
            if entry.key().0 > now {
                return Some(entry.key().0);
            }
            let waker = entry.remove();
            drop(clock);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let end = Arc::new(End { result: Mutex::new(None), waker: Mutex::new(None) });
        let told = end.clone();
        let watched = Watched { task: Some(Box::pin(task)) };
        let whole = async move {
            let result: Result<F::Output, Box<dyn Any + Send>> = watched.await;
            *told.result.lock().unwrap() = Some(result.map_err(|_| Panicked));
            let waker = told.waker.lock().unwrap().take();
            waker.into_iter().for_each(Waker::wake);
        };
        let who = self.serial();
        let mut news = self.office.news.lock().unwrap();
        news.1.insert(who);
        news.0.push_back(News::Spawned(who, Box::pin(whole)));
        drop(news);
        self.office.machine.unpark();
        JoinHandle { end }
    }

    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        let office = self.office.clone();
        Sleep { key: (office.machine.now() + time, self.serial()), office }
    }
}

struct Watched<F> {
    task: Option<Pin<Box<F>>>,
}

impl<F: Future> Future for Watched<F> {
    type Output = Result<F::Output, Box<dyn Any + Send>>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let task = self.task.as_mut().expect("not polled after its end");
        let polled = catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(cx)));
        let result = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(value)) => Ok(value),
            Err(payload) => Err(payload),
        };
        self.task = None;
        Poll::Ready(result)
    }
}

struct End<T> {
    result: Mutex<Option<Result<T, Panicked>>>,
    waker: Mutex<Option<Waker>>,
}

pub struct JoinHandle<T> {
    end: Arc<End<T>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // First the waker, then the look: whatever comes in between is not missed.
        *self.end.waker.lock().unwrap() = Some(cx.waker().clone());
        match self.end.result.lock().unwrap().take() {
            Some(result) => Poll::Ready(result),
            None => Poll::Pending,
        }
    }
}

pub struct Sleep<M> {
    key: (Duration, u64),
    office: Arc<Office<M>>,
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.key.0 <= self.office.machine.now() {
            Poll::Ready(())
        } else {
            self.office.clock.lock().unwrap().insert(self.key, Some(cx.waker().clone()));
            Poll::Pending
        }
    }
}

impl<M> Drop for Sleep<M> {
    fn drop(&mut self) {
        self.office.clock.lock().unwrap().remove(&self.key);
    }
}
