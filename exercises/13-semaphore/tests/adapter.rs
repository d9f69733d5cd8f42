//! Lets the judge's drivers use two semaphores.
//!
//! Input: the number of drivers, and the permits of each semaphore. Output: nothing; what the operations gave is told step by step. The
//! types promise what the contract promises and no more, so that an answer that asks for more does not compile.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use exercise_13::{Permit, Semaphore};
use judge::subject::{Judge, drive};
use judge::wire::{Payload, Request, Work};

use super::shared::{
    ACQUIRE, AGES, FOREVER, HELD, HOLD, NONE, PANIC, PERMIT, RELEASE, TIMED, TOO_EARLY, TRY,
};

/// The permits that a driver has got and not dropped, the oldest first, of each semaphore. Shared, so that they are sent between threads.
type Held<'a> = Mutex<[VecDeque<Permit<'a>>; 2]>;

/// Lets the drivers do what the judge says.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let &[drivers, first, second] = request.input.numbers.as_slice() else {
        unreachable!("the judge sends the number of drivers and the permits")
    };
    let permits = |number: u64| usize::try_from(number).expect("permits are few");
    let drivers = u16::try_from(drivers).expect("drivers are few");
    let semaphores = [Semaphore::new(permits(first)), Semaphore::new(permits(second))];
    let held: Vec<Held> = (0..drivers).map(|_| Held::default()).collect();
    let users = Users { judge, semaphores: &semaphores, held: &held };
    drive(judge, drivers, |driver| move |op: &[u64]| vec![users.act(usize::from(driver), op)]);
    Payload::default()
}

#[derive(Clone, Copy)]
struct Users<'u, 's> {
    judge: &'u Judge,
    semaphores: &'s [Semaphore; 2],
    held: &'u [Held<'s>],
}

impl<'s> Users<'_, 's> {
    fn act(self, driver: usize, op: &[u64]) -> u64 {
        let (code, which, more) = (op[0], usize::from(op[1] > 0), op.get(2).copied().unwrap_or(0));
        let semaphore = &self.semaphores[which];
        match code {
            ACQUIRE => self.keep(driver, which, semaphore.acquire()),
            TRY => match semaphore.try_acquire() {
                Some(permit) if more > 0 => self.keep(driver, which, permit),
                permit => u64::from(permit.is_some()),
            },
            TIMED => {
                let limit = match more {
                    FOREVER => Duration::MAX,
                    AGES => Duration::from_secs(u64::MAX),
                    more => Duration::from_micros(more),
                };
                let begun = Instant::now();
                match semaphore.acquire_timeout(limit) {
                    Some(permit) => self.keep(driver, which, permit),
                    // A lower bound, which no machine is too slow for.
                    None if begun.elapsed() < limit => TOO_EARLY,
                    None => NONE,
                }
            }
            // Not under the kit's own lock.
            RELEASE => u64::from(self.kept(which, more).is_some()),
            PANIC => {
                let permit = self.kept(which, more);
                let had = permit.is_some();
                // No hook hears of it: it is no panic of the student's.
                let _ = catch_unwind(AssertUnwindSafe(move || {
                    let _permit = permit;
                    resume_unwind(Box::new(()));
                }));
                u64::from(had)
            }
            HOLD => {
                let permit = semaphore.acquire();
                let _ = self.judge.work(Work { kind: HELD, key: more, input: Payload::default() });
                drop(permit);
                PERMIT
            }
            _ => unreachable!("the judge sends operations that exist"),
        }
    }

    /// The oldest permit that this driver has got.
    fn kept(self, which: usize, owner: u64) -> Option<Permit<'s>> {
        let held = self.held.get(usize::try_from(owner).ok()?)?;
        lock(held)[which].pop_front()
    }

    fn keep(self, driver: usize, which: usize, permit: Permit<'s>) -> u64 {
        lock(&self.held[driver])[which].push_back(permit);
        PERMIT
    }
}

fn lock<'l, 's>(held: &'l Held<'s>) -> MutexGuard<'l, [VecDeque<Permit<'s>>; 2]> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}
