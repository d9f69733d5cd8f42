//! Each thread has one seat for all its life, in a `thread_local!`; it can't wait in two places at once. In the line stand seats, each with
//! the number of its visit.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

#[derive(Default)]
struct Seat {
    /// The last visit that was served.
    served: Mutex<u64>,
    bell: Condvar,
}

thread_local! {
    static SEAT: Arc<Seat> = Arc::default();
    static VISITS: Cell<u64> = const { Cell::new(0) };
}

pub struct Semaphore {
    desk: Mutex<(usize, VecDeque<(Arc<Seat>, u64)>)>,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore { desk: Mutex::new((permits, VecDeque::new())) }
    }

    fn permit(&self) -> Permit<'_> {
        Permit { semaphore: self }
    }

    /// `None` where a permit was free.
    fn sit_down(&self) -> Option<(Arc<Seat>, u64)> {
        let mut desk = self.desk.lock().unwrap();
        if desk.0 > 0 {
            desk.0 -= 1;
            return None;
        }
        VISITS.set(VISITS.get() + 1);
        let place = (SEAT.with(Arc::clone), VISITS.get());
        desk.1.push_back(place.clone());
        Some(place)
    }

    pub fn acquire(&self) -> Permit<'_> {
        if let Some((seat, visit)) = self.sit_down() {
            let served = seat.served.lock().unwrap();
            let _served = seat.bell.wait_while(served, |served| *served < visit);
        }
        self.permit()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        if desk.0 == 0 {
            None
        } else {
            desk.0 -= 1;
            Some(self.permit())
        }
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let Some((seat, visit)) = self.sit_down() else { return Some(self.permit()) };
        let served = seat.served.lock().unwrap();
        drop(seat.bell.wait_timeout_while(served, timeout, |served| *served < visit));
        let mut desk = self.desk.lock().unwrap();
        let here = |(other, _): &(Arc<Seat>, u64)| Arc::ptr_eq(other, &seat);
        if let Some(place) = desk.1.iter().position(here) {
            desk.1.remove(place);
            return None;
        }
        Some(self.permit())
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut desk = self.semaphore.desk.lock().unwrap();
        if let Some((seat, visit)) = desk.1.pop_front() {
            *seat.served.lock().unwrap() = visit;
            seat.bell.notify_one();
        } else {
            desk.0 += 1;
        }
    }
}
