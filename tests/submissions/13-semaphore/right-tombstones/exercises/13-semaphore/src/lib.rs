//! Whoever gives up marks its place in the line as gone; whoever gives a permit back steps over such places.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Waiting,
    Granted,
    Gone,
}

struct Slot {
    place: Mutex<Place>,
    bell: Condvar,
}

pub struct Semaphore {
    state: Mutex<(usize, VecDeque<Arc<Slot>>)>,
}

#[must_use = "the permit goes back as soon as it is dropped"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    #[must_use]
    pub fn new(permits: usize) -> Self {
        Self { state: Mutex::new((permits, VecDeque::new())) }
    }

    fn enlist(&self) -> Option<Arc<Slot>> {
        let mut state = self.state.lock().unwrap();
        if state.0 > 0 {
            state.0 -= 1;
            return None;
        }
        let slot = Arc::new(Slot { place: Mutex::new(Place::Waiting), bell: Condvar::new() });
        state.1.push_back(Arc::clone(&slot));
        Some(slot)
    }

    pub fn acquire(&self) -> Permit<'_> {
        if let Some(slot) = self.enlist() {
            let place = slot.place.lock().unwrap();
            drop(slot.bell.wait_while(place, |place| *place == Place::Waiting).unwrap());
        }
        Permit { semaphore: self }
    }

    #[must_use]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        state.0 = state.0.checked_sub(1)?;
        Some(Permit { semaphore: self })
    }

    #[must_use]
    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let Some(deadline) = Instant::now().checked_add(timeout) else {
            return Some(self.acquire());
        };
        if let Some(slot) = self.enlist() {
            let left = deadline.saturating_duration_since(Instant::now());
            let place = slot.place.lock().unwrap();
            let (mut place, _) =
                slot.bell.wait_timeout_while(place, left, |place| *place == Place::Waiting).unwrap();
            if *place == Place::Waiting {
                *place = Place::Gone;
                return None;
            }
        }
        Some(Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.semaphore.state.lock().unwrap();
        loop {
            let Some(slot) = state.1.pop_front() else {
                state.0 += 1;
                return;
            };
            let mut place = slot.place.lock().unwrap();
            if *place == Place::Waiting {
                *place = Place::Granted;
                slot.bell.notify_one();
                return;
            }
        }
    }
}
