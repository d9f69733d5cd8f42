//! Like a conveyor belt: each putter reserves the next slot and lays its item in; each getter takes the number of the next item and waits for
//! just that slot. The numbers decide the order, not the moment at which somebody wakes up.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

struct Belt<T> {
    /// The items, by number.
    slots: BTreeMap<u64, T>,
    next_in: u64,
    next_out: u64,
    closed: bool,
}

pub struct BoundedBuffer<T> {
    belt: Mutex<Belt<T>>,
    moved: Condvar,
    capacity: u64,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "no capacity");
        Self {
            belt: Mutex::new(Belt { slots: BTreeMap::new(), next_in: 0, next_out: 0, closed: false }),
            moved: Condvar::new(),
            capacity: capacity as u64,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut belt = self.belt.lock().unwrap();
        loop {
            if belt.closed {
                return Err(Closed(item));
            }
            if belt.next_in - belt.next_out < self.capacity {
                break;
            }
            belt = self.moved.wait(belt).unwrap();
        }
        let number = belt.next_in;
        belt.next_in += 1;
        let before = belt.slots.insert(number, item);
        assert!(before.is_none());
        drop(belt);
        self.moved.notify_all();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut belt = self.belt.lock().unwrap();
        while belt.next_out == belt.next_in {
            if belt.closed {
                return None;
            }
            belt = self.moved.wait(belt).unwrap();
        }
        let number = belt.next_out;
        belt.next_out += 1;
        let item = belt.slots.remove(&number);
        drop(belt);
        self.moved.notify_all();
        item
    }

    pub fn close(&self) {
        self.belt.lock().unwrap().closed = true;
        self.moved.notify_all();
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
    assert!(consumers > 0, "no consumers");
    let belt = BoundedBuffer::new(capacity);
    let mut first_panic = None;
    thread::scope(|scope| {
        let belt = &belt;
        let (report, reports) = std::sync::mpsc::channel();
        for mut source in sources {
            let (report, produce) = (report.clone(), &produce);
            scope.spawn(move || {
                let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    while let Some(item) = produce(&mut source) {
                        if belt.put(item).is_err() {
                            return;
                        }
                    }
                }));
                let _ = report.send(result);
            });
        }
        drop(report);
        let (failure, failures) = std::sync::mpsc::channel();
        for _ in 0..consumers {
            let (failure, consume) = (failure.clone(), &consume);
            scope.spawn(move || {
                while let Some(item) = belt.get() {
                    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| consume(item)));
                    if let Err(payload) = result {
                        belt.close();
                        let _ = failure.send(payload);
                        return;
                    }
                }
            });
        }
        drop(failure);
        for result in reports {
            if let Err(payload) = result {
                first_panic = Some(payload);
                belt.close();
            }
        }
        belt.close();
        for payload in failures {
            first_panic = Some(payload);
        }
    });
    if let Some(payload) = first_panic {
        std::panic::resume_unwind(payload);
    }
}
