//! A permit goes from hand to hand.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

type Hand = Arc<(Mutex<bool>, Condvar)>;

pub struct Semaphore {
    fresh: Mutex<usize>,
    hands: Mutex<VecDeque<Hand>>,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { fresh: Mutex::new(permits), hands: Mutex::new(VecDeque::new()) }
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.acquire_timeout(Duration::MAX).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut fresh = self.fresh.lock().unwrap();
        if *fresh == 0 {
            return None;
        }
        *fresh -= 1;
        Some(Permit { semaphore: self })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        if let Some(permit) = self.try_acquire() {
            return Some(permit);
        }
        let hand: Hand = Arc::default();
        self.hands.lock().unwrap().push_back(hand.clone());
        let (filled, _) =
            hand.1.wait_timeout_while(hand.0.lock().unwrap(), timeout, |filled| !*filled).unwrap();
        let mut got = *filled;
        drop(filled);
        if !got {
            let mut hands = self.hands.lock().unwrap();
            hands.retain(|other| !Arc::ptr_eq(other, &hand));
            got = *hand.0.lock().unwrap();
        }
        if got { Some(Permit { semaphore: self }) } else { None }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut hands = self.semaphore.hands.lock().unwrap();
        if let Some(hand) = hands.pop_front() {
            *hand.0.lock().unwrap() = true;
            hand.1.notify_one();
        }
    }
}
