//! `std::time`: a clock that stands still, except where a time limit runs out.
//!
//! Between two steps of a thread any time may go by. So a limit may run out as soon as somebody waits, or after all that others do meanwhile;
//! and when one has run out, so much time has gone by, for everybody.
//!
//! Invariant: the real time is never looked at.

use std::ops::{Add, AddAssign, Sub, SubAssign};

pub use ::std::time::*;

use crate::exploring::{clock, clock_is_at_least};

/// When a schedule begins: there is time before it, and what the standard library can't add can't be added here.
const BEGINNING: Duration = Duration::from_secs(1 << 40);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Duration);

impl Instant {
    #[must_use]
    pub fn now() -> Self {
        Self(BEGINNING + clock())
    }

    #[must_use]
    pub fn elapsed(&self) -> Duration {
        Self::now().duration_since(*self)
    }

    #[must_use]
    pub fn duration_since(&self, earlier: Self) -> Duration {
        self.saturating_duration_since(earlier)
    }

    #[must_use]
    pub fn saturating_duration_since(&self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    #[must_use]
    pub fn checked_duration_since(&self, earlier: Self) -> Option<Duration> {
        self.0.checked_sub(earlier.0)
    }

    #[must_use]
    pub fn checked_add(&self, time: Duration) -> Option<Self> {
        self.0.checked_add(time).map(Self)
    }

    #[must_use]
    pub fn checked_sub(&self, time: Duration) -> Option<Self> {
        self.0.checked_sub(time).map(Self)
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, time: Duration) -> Self {
        Self(self.0 + time)
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, time: Duration) {
        self.0 += time;
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;

    fn sub(self, time: Duration) -> Self {
        self.checked_sub(time).expect("overflow when subtracting duration from instant")
    }
}

impl SubAssign<Duration> for Instant {
    fn sub_assign(&mut self, time: Duration) {
        *self = *self - time;
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }
}

/// Waits until the limit has run out. `wait` ends once `wake` is called while it waits, or by itself.
pub(crate) fn until_it_runs_out<R>(limit: Duration, wait: impl FnOnce() -> R, wake: impl Fn() + Send) -> R {
    use shuttle::sync::atomic::{AtomicBool, Ordering};
    let end = clock().saturating_add(limit);
    let is_back = AtomicBool::new(false);
    shuttle::thread::scope(|scope| {
        let is_back = &is_back;
        // Its turn comes when the scheduler says so: before the others do something, or when nobody else can.
        scope.spawn(move || {
            while !is_back.load(Ordering::SeqCst) {
                wake();
                shuttle::thread::yield_now();
            }
        });
        let back = wait();
        clock_is_at_least(end);
        is_back.store(true, Ordering::SeqCst);
        back
    })
}
