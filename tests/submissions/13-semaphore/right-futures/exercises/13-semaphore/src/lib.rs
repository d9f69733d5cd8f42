//! The semaphore of an async library, with a small `block_on` around it.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

struct Unpark(Thread);
impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls until it is ready or the time is over.
fn block_until<F: Future>(future: F, deadline: Option<Instant>) -> Option<F::Output> {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
        match deadline {
            None => thread::park(),
            Some(deadline) => match deadline.checked_duration_since(Instant::now()) {
                None | Some(Duration::ZERO) => return None,
                Some(rest) => thread::park_timeout(rest),
            },
        }
    }
}

enum Phase {
    Queued(Waker),
    Assigned,
}

struct State {
    free: usize,
    line: VecDeque<(u64, Phase)>,
    next: u64,
}

impl State {
    /// Assigns free permits to the first ones that have none.
    fn assign(&mut self) {
        for (_, phase) in &mut self.line {
            if self.free == 0 {
                break;
            }
            if matches!(phase, Phase::Queued(_)) {
                self.free -= 1;
                if let Phase::Queued(waker) = std::mem::replace(phase, Phase::Assigned) {
                    waker.wake();
                }
            }
        }
    }
}

struct Acquire<'a> {
    semaphore: &'a Semaphore,
    place: Option<u64>,
}

impl<'a> Future for Acquire<'a> {
    type Output = Permit<'a>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Permit<'a>> {
        let semaphore = self.semaphore;
        let mut state = semaphore.state.lock().unwrap();
        match self.place {
            None if state.free > 0 => {
                state.free -= 1;
                Poll::Ready(Permit { semaphore })
            }
            None => {
                let place = state.next;
                state.next += 1;
                state.line.push_back((place, Phase::Queued(context.waker().clone())));
                self.place = Some(place);
                Poll::Pending
            }
            Some(place) => {
                let at = state.line.iter().position(|(p, _)| *p == place).unwrap();
                if matches!(state.line[at].1, Phase::Assigned) {
                    state.line.remove(at);
                    self.place = None;
                    Poll::Ready(Permit { semaphore })
                } else {
                    state.line[at].1 = Phase::Queued(context.waker().clone());
                    Poll::Pending
                }
            }
        }
    }
}

impl Drop for Acquire<'_> {
    fn drop(&mut self) {
        let Some(place) = self.place else { return };
        let mut state = self.semaphore.state.lock().unwrap();
        let at = state.line.iter().position(|(p, _)| *p == place).unwrap();
        if let Some((_, Phase::Assigned)) = state.line.remove(at) {
            state.free += 1;
            state.assign();
        }
    }
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
        Self { state: Mutex::new(State { free: permits, line: VecDeque::new(), next: 0 }) }
    }

    pub fn acquire(&self) -> Permit<'_> {
        block_until(Acquire { semaphore: self, place: None }, None).unwrap()
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
        block_until(Acquire { semaphore: self, place: None }, Instant::now().checked_add(timeout))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.semaphore.state.lock().unwrap();
        state.free += 1;
        state.assign();
    }
}
