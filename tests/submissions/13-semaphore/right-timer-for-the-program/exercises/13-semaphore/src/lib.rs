//! One timer thread for the whole program, by a heap of alarms; whoever waits is parked.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

const WAITS: u8 = 0;
const HAS_IT: u8 = 1;
const GAVE_UP: u8 = 2;

struct Waiter {
    fate: AtomicU8,
    thread: Thread,
}

impl Waiter {
    /// Decides its fate, if nobody else has.
    fn decide(&self, fate: u8) -> bool {
        let first = self.fate.compare_exchange(WAITS, fate, Ordering::AcqRel, Ordering::Acquire).is_ok();
        if first {
            self.thread.unpark();
        }
        first
    }
}

struct Alarm(Instant, Arc<Waiter>);
impl PartialEq for Alarm {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl Eq for Alarm {}
impl PartialOrd for Alarm {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Alarm {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

static TIMER: LazyLock<Mutex<Sender<Alarm>>> = LazyLock::new(|| {
    let (sender, alarms) = mpsc::channel::<Alarm>();
    thread::Builder::new()
        .name("alarms".into())
        .spawn(move || {
            let mut heap: BinaryHeap<Reverse<Alarm>> = BinaryHeap::new();
            loop {
                while heap.peek().is_some_and(|Reverse(Alarm(at, _))| *at <= Instant::now()) {
                    let Reverse(Alarm(_, waiter)) = heap.pop().unwrap();
                    waiter.decide(GAVE_UP);
                }
                let news = match heap.peek() {
                    None => alarms.recv().map_err(|_| RecvTimeoutError::Disconnected),
                    Some(Reverse(Alarm(at, _))) => {
                        alarms.recv_timeout(at.saturating_duration_since(Instant::now()))
                    }
                };
                match news {
                    Ok(alarm) => heap.push(Reverse(alarm)),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        })
        .unwrap();
    Mutex::new(sender)
});

struct State {
    free: usize,
    line: VecDeque<Arc<Waiter>>,
}

pub struct Semaphore {
    state: Mutex<State>,
}

#[must_use = "the permit goes back as soon as it is dropped"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    #[must_use]
    pub fn new(permits: usize) -> Self {
        Self { state: Mutex::new(State { free: permits, line: VecDeque::new() }) }
    }

    fn wait(&self, deadline: Option<Instant>) -> Option<Permit<'_>> {
        let me = {
            let mut state = self.state.lock().unwrap();
            if state.free > 0 {
                state.free -= 1;
                return Some(Permit { semaphore: self });
            }
            let me = Arc::new(Waiter { fate: AtomicU8::new(WAITS), thread: thread::current() });
            state.line.push_back(Arc::clone(&me));
            me
        };
        if let Some(at) = deadline {
            TIMER.lock().unwrap().send(Alarm(at, Arc::clone(&me))).unwrap();
        }
        while me.fate.load(Ordering::Acquire) == WAITS {
            thread::park();
        }
        if me.fate.load(Ordering::Acquire) == HAS_IT {
            return Some(Permit { semaphore: self });
        }
        self.state.lock().unwrap().line.retain(|w| !Arc::ptr_eq(w, &me));
        None
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.wait(None).unwrap()
    }

    #[must_use]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        (state.free > 0).then(|| {
            state.free -= 1;
            Permit { semaphore: self }
        })
    }

    #[must_use]
    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.wait(Instant::now().checked_add(timeout))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.semaphore.state.lock().unwrap();
        while let Some(first) = state.line.pop_front() {
            if first.decide(HAS_IT) {
                return;
            }
        }
        state.free += 1;
    }
}
