//! put notifies, since getters wait for items. get only takes.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    lane: Mutex<Inside<T>>,
    gap: Condvar,
    car: Condvar,
    capacity: usize,
}

struct Inside<T> {
    cars: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            lane: Mutex::new(Inside { cars: VecDeque::new(), closed: false }),
            gap: Condvar::new(),
            car: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut lane = self.lane.lock().unwrap();
        while lane.cars.len() >= self.capacity && !lane.closed {
            lane = self.gap.wait(lane).unwrap();
        }
        if lane.closed {
            return Err(Closed(item));
        }
        lane.cars.push_back(item);
        self.car.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let lane = self.lane.lock().unwrap();
        let mut lane = self.car.wait_while(lane, |lane| lane.cars.is_empty() && !lane.closed).unwrap();
        lane.cars.pop_front()
    }

    pub fn close(&self) {
        self.lane.lock().unwrap().closed = true;
        self.gap.notify_all();
        self.car.notify_all();
    }
}

/// Closes the buffer when it is dropped, however that comes about.
struct Closing<'a, T>(&'a BoundedBuffer<T>);

impl<T> Drop for Closing<'_, T> {
    fn drop(&mut self) {
        self.0.close();
    }
}

pub fn produce_and_consume<S, T, P, C>(
    sources: Vec<S>,
    consumers: usize,
    capacity: usize,
    produce: P,
    consume: C,
) where
    S: Send,
    T: Send,
    P: Fn(&mut S) -> Option<T> + Send + Sync,
    C: Fn(T) + Send + Sync,
{
    if consumers == 0 {
        panic!("consumers is 0: nobody would consume");
    }
    let buffer = BoundedBuffer::new(capacity);
    thread::scope(|all| {
        for _ in 0..consumers {
            all.spawn(|| {
                let _closing = Closing(&buffer);
                while let Some(item) = buffer.get() {
                    consume(item);
                }
            });
        }
        let _closing = Closing(&buffer);
        thread::scope(|inner| {
            for mut source in sources {
                let (buffer, produce) = (&buffer, &produce);
                inner.spawn(move || {
                    while let Some(item) = produce(&mut source) {
                        if buffer.put(item).is_err() {
                            return;
                        }
                    }
                });
            }
        });
    });
}
