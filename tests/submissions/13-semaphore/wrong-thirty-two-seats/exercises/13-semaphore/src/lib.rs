//! The waiting threads are an array of 32 slots and a ring of numbers: no allocation, no VecDeque.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

const SEATS: usize = 32;

#[derive(Clone, Copy, PartialEq)]
enum Seat {
    Empty,
    Waiting(u64),
    Called(u64),
}

struct Room {
    free: usize,
    seats: [Seat; SEATS],
    number: u64,
}

pub struct Semaphore {
    room: Mutex<Room>,
    called: Condvar,
}

#[must_use]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Room {
    fn sit(&mut self) -> (usize, u64) {
        let seat = self.seats.iter().position(|seat| *seat == Seat::Empty).expect("the room is full");
        self.number += 1;
        self.seats[seat] = Seat::Waiting(self.number);
        (seat, self.number)
    }

    fn longest_waiting(&mut self) -> Option<&mut Seat> {
        let waiting = self.seats.iter_mut().filter(|seat| matches!(seat, Seat::Waiting(_)));
        waiting.min_by_key(|seat| if let Seat::Waiting(n) = seat { *n } else { u64::MAX })
    }
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self {
            room: Mutex::new(Room { free: permits, seats: [Seat::Empty; SEATS], number: 0 }),
            called: Condvar::new(),
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.acquire_timeout(Duration::MAX).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut room = self.room.lock().unwrap();
        if room.free == 0 {
            return None;
        }
        room.free -= 1;
        Some(Permit { semaphore: self })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        if let Some(permit) = self.try_acquire() {
            return Some(permit);
        }
        let mut room = self.room.lock().unwrap();
        if room.free > 0 {
            room.free -= 1;
            return Some(Permit { semaphore: self });
        }
        let (seat, number) = room.sit();
        let (mut room, _) = self
            .called
            .wait_timeout_while(room, timeout, |room| room.seats[seat] == Seat::Waiting(number))
            .unwrap();
        let got = room.seats[seat] == Seat::Called(number);
        room.seats[seat] = Seat::Empty;
        if got { Some(Permit { semaphore: self }) } else { None }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        // Never panics, not even on a poisoned lock.
        let mut room = self.semaphore.room.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        match room.longest_waiting() {
            Some(seat) => {
                let Seat::Waiting(number) = *seat else { unreachable!() };
                *seat = Seat::Called(number);
            }
            None => room.free += 1,
        }
        self.semaphore.called.notify_all();
    }
}
