//! Waiting threads sit on seats. A seat is used again when its thread has gone; a generation number tells the users apart, so a late
//! call for somebody who has left is noticed.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

struct Seat {
    called: Mutex<u64>,
    bell: Condvar,
}

struct Room {
    free: usize,
    seats: Vec<Arc<Seat>>,
    empty_seats: Vec<usize>,
    line: VecDeque<(usize, u64)>,
    generation: u64,
}

pub struct Semaphore {
    room: Mutex<Room>,
}

#[must_use]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Room {
    fn sit_down(&mut self) -> (usize, u64, Arc<Seat>) {
        let place = self.empty_seats.pop().unwrap_or_else(|| {
            self.seats.push(Arc::new(Seat { called: Mutex::new(0), bell: Condvar::new() }));
            self.seats.len() - 1
        });
        self.generation += 1;
        self.line.push_back((place, self.generation));
        (place, self.generation, self.seats[place].clone())
    }
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        let room = Room {
            free: permits,
            seats: Vec::new(),
            empty_seats: Vec::new(),
            line: VecDeque::new(),
            generation: 0,
        };
        Self { room: Mutex::new(room) }
    }

    fn wait_for(&self, limit: Option<Duration>) -> bool {
        let start = Instant::now();
        let mut room = self.room.lock().unwrap();
        if room.free > 0 {
            room.free -= 1;
            return true;
        }
        let (place, generation, seat) = room.sit_down();
        drop(room);

        let mut called = seat.called.lock().unwrap();
        while *called != generation {
            match limit {
                None => called = seat.bell.wait(called).unwrap(),
                Some(limit) => {
                    let left = limit.saturating_sub(start.elapsed());
                    if left.is_zero() {
                        break;
                    }
                    called = seat.bell.wait_timeout(called, left).unwrap().0;
                }
            }
        }
        drop(called);

        let mut room = self.room.lock().unwrap();
        // Only who has the room may call, so this is final.
        let got_it = *seat.called.lock().unwrap() == generation;
        if !got_it {
            room.line.retain(|entry| *entry != (place, generation));
        }
        room.empty_seats.push(place);
        got_it
    }

    pub fn acquire(&self) -> Permit<'_> {
        let got_it = self.wait_for(None);
        debug_assert!(got_it);
        Permit { semaphore: self }
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
        if self.wait_for(Some(timeout)) { Some(Permit { semaphore: self }) } else { None }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut room = self.semaphore.room.lock().unwrap();
        match room.line.pop_front() {
            None => room.free += 1,
            Some((place, generation)) => {
                let seat = &room.seats[place];
                *seat.called.lock().unwrap() = generation;
                seat.bell.notify_all();
            }
        }
    }
}
