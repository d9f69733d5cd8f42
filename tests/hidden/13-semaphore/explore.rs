//! Lets drivers use one semaphore at the same moment, in many interleavings.
//!
//! Setup: the permits. Operations are those of the steps; a driver keeps its permit, and [`RELEASE`] drops it if there is one. The limit of
//! [`TIMED`] is `Duration::MAX`, or so many milliseconds: then the permit is dropped at once, if one comes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use exercise_13::{Permit, Semaphore};
use explore::exploring::{Stage, explore};
use judge::wire::{Payload, Request};

use super::shared::{ACQUIRE, NONE, PERMIT, RELEASE, TIMED, TRY};

/// Drivers at most.
const DRIVERS: usize = 8;

pub(crate) fn call(request: &Request) -> Payload {
    explore(request, program)
}

fn program(stage: &Stage, setup: &[u64]) {
    let semaphore = Semaphore::new(usize::try_from(setup[0]).expect("permits are few"));
    // Locked while a permit is put there or taken out, and not while one is dropped.
    let held: [Mutex<Option<Permit>>; DRIVERS] = Default::default();
    let held = |driver: u16| held[usize::from(driver)].lock().unwrap_or_else(PoisonError::into_inner);
    stage.play(|driver, op| {
        let keep = |permit| {
            *held(driver) = Some(permit);
            PERMIT
        };
        vec![match op[0] {
            ACQUIRE => keep(semaphore.acquire()),
            TRY => semaphore.try_acquire().map_or(NONE, keep),
            TIMED => match op.get(1) {
                None => semaphore.acquire_timeout(Duration::MAX).map_or(NONE, keep),
                Some(&millis) => {
                    drop(semaphore.acquire_timeout(Duration::from_millis(millis)));
                    PERMIT
                }
            },
            RELEASE => {
                let permit = held(driver).take();
                u64::from(permit.is_some())
            }
            _ => unreachable!("the judge sends operations that exist"),
        }]
    });
}
