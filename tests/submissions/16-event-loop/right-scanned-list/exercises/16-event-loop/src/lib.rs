//! No queue at all: every task remembers when it was woken, and the loop looks for the one that has waited for longest. Simple, and
//! slow for many tasks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
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

/// Counts everything: spawns, wakes, sleeps. Small numbers came first.
#[derive(Default)]
struct Table {
    counter: u64,
    entries: Vec<Entry>,
    timers: Vec<Timer>,
}

struct Entry {
    id: u64,
    woken: Option<u64>,
    what: What,
}

enum What {
    Main,
    Busy,
    Task(Pin<Box<dyn Future<Output = ()> + Send>>),
}

struct Timer {
    when: Duration,
    number: u64,
    waker: Waker,
}

impl Table {
    fn count(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    fn wake(&mut self, id: u64) {
        let number = self.count();
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) {
            entry.woken.get_or_insert(number);
        }
    }

    /// The entry that has been awake for longest.
    fn first(&mut self) -> Option<&mut Entry> {
        self.entries.iter_mut().filter(|entry| entry.woken.is_some()).min_by_key(|entry| entry.woken)
    }
}

struct Common<M> {
    machine: M,
    table: Mutex<Table>,
}

struct Alarm<M> {
    id: u64,
    common: Arc<Common<M>>,
}

impl<M: Machine> Wake for Alarm<M> {
    fn wake(self: Arc<Self>) {
        self.common.table.lock().unwrap().wake(self.id);
        self.common.machine.unpark();
    }
}

pub struct EventLoop<M> {
    common: Arc<Common<M>>,
}

/// Takes main's entry out of the table, however `block_on` ends.
struct Leave<'a, M> {
    id: u64,
    common: &'a Common<M>,
}

impl<M> Drop for Leave<'_, M> {
    fn drop(&mut self) {
        self.common.table.lock().unwrap().entries.retain(|entry| entry.id != self.id);
    }
}

impl<M: Machine> EventLoop<M> {
    pub fn new(machine: M) -> Self {
        EventLoop { common: Arc::new(Common { machine, table: Mutex::default() }) }
    }

    fn enter(&self, what: What) -> u64 {
        let mut table = self.common.table.lock().unwrap();
        let id = table.count();
        table.entries.push(Entry { id, woken: Some(id), what });
        id
    }

    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        let common = &*self.common;
        let mut main = pin!(main);
        let _leave = Leave { id: self.enter(What::Main), common };
        loop {
            self.timers();
            let mut table = common.table.lock().unwrap();
            let Some(entry) = table.first() else {
                let until = table.timers.iter().map(|timer| timer.when).min();
                drop(table);
                common.machine.park(until);
                continue;
            };
            entry.woken = None;
            let id = entry.id;
            let what = std::mem::replace(&mut entry.what, What::Busy);
            drop(table);
            let waker = Waker::from(Arc::new(Alarm { id, common: self.common.clone() }));
            let mut cx = Context::from_waker(&waker);
            let what = match what {
                What::Main => match main.as_mut().poll(&mut cx) {
                    Poll::Ready(output) => return output,
                    Poll::Pending => Some(What::Main),
                },
                What::Task(mut task) => task.as_mut().poll(&mut cx).is_pending().then_some(What::Task(task)),
                What::Busy => unreachable!("one poll at a time"),
            };
            let mut table = common.table.lock().unwrap();
            let place = table.entries.iter().position(|entry| entry.id == id).unwrap();
            match what {
                Some(what) => table.entries[place].what = what,
                None => drop(table.entries.remove(place)),
            }
        }
    }

    fn timers(&self) {
        let now = self.common.machine.now();
        let mut table = self.common.table.lock().unwrap();
        let mut due: Vec<Timer> = Vec::new();
        let mut place = 0;
        while place < table.timers.len() {
            if table.timers[place].when <= now {
                due.push(table.timers.swap_remove(place));
            } else {
                place += 1;
            }
        }
        drop(table);
        due.sort_by_key(|timer| (timer.when, timer.number));
        for timer in due {
            timer.waker.wake();
        }
    }

    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (sender, result) = std::sync::mpsc::channel();
        let waiting: Arc<Mutex<Option<Waker>>> = Arc::default();
        let theirs = waiting.clone();
        let mut task = Box::pin(task);
        let whole = async move {
            let result = std::future::poll_fn(|cx| {
                catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(cx)))
                    .map_or(Poll::Ready(Err(Panicked)), |polled| polled.map(Ok))
            })
            .await;
            drop(task);
            let _ = sender.send(result);
            if let Some(waker) = theirs.lock().unwrap().take() {
                waker.wake();
            }
        };
        self.enter(What::Task(Box::pin(whole)));
        self.common.machine.unpark();
        JoinHandle { result: Mutex::new(result), waiting }
    }

    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        let number = self.common.table.lock().unwrap().count();
        Sleep { when: self.common.machine.now() + time, number, common: self.common.clone() }
    }
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        EventLoop { common: self.common.clone() }
    }
}

pub struct JoinHandle<T> {
    result: Mutex<std::sync::mpsc::Receiver<Result<T, Panicked>>>,
    waiting: Arc<Mutex<Option<Waker>>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut waiting = self.waiting.lock().unwrap();
        if let Ok(result) = self.result.lock().unwrap().try_recv() {
            return Poll::Ready(result);
        }
        *waiting = Some(cx.waker().clone());
        Poll::Pending
    }
}

pub struct Sleep<M> {
    when: Duration,
    number: u64,
    common: Arc<Common<M>>,
}

impl<M> Sleep<M> {
    fn out(&self, table: &mut Table) {
        let number = self.number;
        if let Some(place) = table.timers.iter().position(|timer| timer.number == number) {
            table.timers.swap_remove(place);
        }
    }
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.common.machine.now() >= self.when {
            return Poll::Ready(());
        }
        let mut table = self.common.table.lock().unwrap();
        self.out(&mut table);
        table.timers.push(Timer { when: self.when, number: self.number, waker: cx.waker().clone() });
        Poll::Pending
    }
}

impl<M> Drop for Sleep<M> {
    fn drop(&mut self) {
        self.out(&mut self.common.table.lock().unwrap());
    }
}
