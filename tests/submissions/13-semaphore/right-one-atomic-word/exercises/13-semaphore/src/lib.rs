//! Free permits and waiting threads in one atomic word, so that whoever finds a permit takes it without any lock. The line behind it is
//! only touched by those who have to wait, and by those who give a permit to one of them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

const ONE_WAITS: u64 = 1 << 32;

pub struct Semaphore {
    /// Below: permits that are free. Above: threads that wait and have not been promised a permit. One of them is always zero.
    word: AtomicU64,
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    waiting: VecDeque<Arc<Waiter>>,
    /// Permits that were promised to threads which had not lined up by then.
    owed: usize,
}

#[derive(Default)]
struct Waiter {
    served: Mutex<bool>,
    bell: Condvar,
}

#[must_use]
pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { word: AtomicU64::new(permits as u64), line: Mutex::default() }
    }

    /// Takes a free permit, or is counted among those who wait.
    fn take_or_wait(&self) -> bool {
        let was = self.word.fetch_update(SeqCst, SeqCst, |word| {
            Some(if word > 0 && word < ONE_WAITS { word - 1 } else { word + ONE_WAITS })
        });
        matches!(was, Ok(1..ONE_WAITS))
    }

    fn line_up(&self) -> Option<Arc<Waiter>> {
        let mut line = self.line.lock().unwrap();
        if line.owed > 0 {
            line.owed -= 1;
            return None;
        }
        let me = Arc::new(Waiter::default());
        line.waiting.push_back(Arc::clone(&me));
        Some(me)
    }

    pub fn acquire(&self) -> Permit<'_> {
        if !self.take_or_wait()
            && let Some(me) = self.line_up()
        {
            let served = me.served.lock().unwrap();
            drop(me.bell.wait_while(served, |served| !*served).unwrap());
        }
        Permit(self)
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let take = |word| (word > 0 && word < ONE_WAITS).then(|| word - 1);
        self.word.fetch_update(SeqCst, SeqCst, take).ok().map(|_| Permit(self))
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let begun = Instant::now();
        if timeout.is_zero() {
            return self.try_acquire();
        }
        if !self.take_or_wait()
            && let Some(me) = self.line_up()
        {
            let left = timeout.saturating_sub(begun.elapsed());
            let served = me.served.lock().unwrap();
            let (served, _) = me.bell.wait_timeout_while(served, left, |served| !*served).unwrap();
            if !*served {
                drop(served);
                if self.leave(&me) {
                    return None;
                }
                // Somebody has promised a permit, and is about to bring it.
                let served = me.served.lock().unwrap();
                drop(me.bell.wait_while(served, |served| !*served).unwrap());
            }
        }
        Some(Permit(self))
    }

    /// Leaves the line, if nobody has promised one of those in it a permit that would then be left over.
    fn leave(&self, me: &Arc<Waiter>) -> bool {
        let mut line = self.line.lock().unwrap();
        let Some(place) = line.waiting.iter().position(|other| Arc::ptr_eq(other, me)) else {
            return false;
        };
        let fewer = |word: u64| word.checked_sub(ONE_WAITS);
        let left = self.word.fetch_update(SeqCst, SeqCst, fewer).is_ok();
        if left {
            line.waiting.remove(place);
        }
        left
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let give = |word| Some(if word >= ONE_WAITS { word - ONE_WAITS } else { word + 1 });
        let was = self.0.word.fetch_update(SeqCst, SeqCst, give).unwrap();
        if was < ONE_WAITS {
            return;
        }
        let mut line = self.0.line.lock().unwrap();
        match line.waiting.pop_front() {
            Some(next) => {
                *next.served.lock().unwrap() = true;
                next.bell.notify_one();
            }
            None => line.owed += 1,
        }
    }
}
