//! Nobody competes: an item for a waiting getter is laid into its hand, and a getter that makes room lays the item of the first waiting
//! putter in. Each waiter has a Condvar of its own.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

struct Waiter<T> {
    /// A getter's: what it was given. A putter's: what it still holds.
    hand: Mutex<Option<T>>,
    bell: Condvar,
}

struct Desk<T> {
    items: VecDeque<T>,
    getters: VecDeque<Arc<Waiter<T>>>,
    putters: VecDeque<Arc<Waiter<T>>>,
    closed: bool,
}

pub struct BoundedBuffer<T> {
    desk: Mutex<Desk<T>>,
    capacity: usize,
}

impl<T> Waiter<T> {
    fn holding(item: Option<T>) -> Arc<Self> {
        Arc::new(Waiter { hand: Mutex::new(item), bell: Condvar::new() })
    }
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity = 0");
        let desk = Desk {
            items: VecDeque::new(),
            getters: VecDeque::new(),
            putters: VecDeque::new(),
            closed: false,
        };
        Self { desk: Mutex::new(desk), capacity }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut desk = self.desk.lock().unwrap();
        if desk.closed {
            return Err(Closed(item));
        }
        if let Some(getter) = desk.getters.pop_front() {
            *getter.hand.lock().unwrap() = Some(item);
            getter.bell.notify_one();
            return Ok(());
        }
        if desk.items.len() < self.capacity {
            desk.items.push_back(item);
            return Ok(());
        }
        let me = Waiter::holding(Some(item));
        desk.putters.push_back(Arc::clone(&me));
        // Until the hand is empty, or the buffer is closed. Both happen under the lock of the desk.
        loop {
            desk = me.bell.wait(desk).unwrap();
            let mut hand = me.hand.lock().unwrap();
            if hand.is_none() {
                return Ok(());
            }
            if desk.closed {
                return Err(Closed(hand.take().unwrap()));
            }
        }
    }

    pub fn get(&self) -> Option<T> {
        let mut desk = self.desk.lock().unwrap();
        if let Some(item) = desk.items.pop_front() {
            if !desk.closed
                && let Some(putter) = desk.putters.pop_front()
            {
                let next = putter.hand.lock().unwrap().take();
                desk.items.extend(next);
                putter.bell.notify_one();
            }
            return Some(item);
        }
        if desk.closed {
            return None;
        }
        let me = Waiter::holding(None);
        desk.getters.push_back(me.clone());
        loop {
            desk = me.bell.wait(desk).unwrap();
            if let Some(item) = me.hand.lock().unwrap().take() {
                return Some(item);
            }
            if desk.closed {
                return None;
            }
        }
    }

    pub fn close(&self) {
        let mut desk = self.desk.lock().unwrap();
        desk.closed = true;
        for waiter in desk.getters.iter().chain(&desk.putters) {
            waiter.bell.notify_one();
        }
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
    assert!(consumers > 0, "consumers = 0");
    let buffer = BoundedBuffer::<T>::new(capacity);
    let buffer = &buffer;

    /// Runs `f`; what panics closes the buffer on its way out.
    fn careful<T>(buffer: &BoundedBuffer<T>, f: impl FnOnce()) {
        struct OnUnwind<F: FnMut()>(F, bool);
        impl<F: FnMut()> Drop for OnUnwind<F> {
            fn drop(&mut self) {
                if self.1 {
                    (self.0)();
                }
            }
        }
        let mut guard = OnUnwind(|| buffer.close(), true);
        f();
        guard.1 = false;
    }

    thread::scope(|scope| {
        let mut producers = vec![];
        for mut source in sources {
            let produce = &produce;
            producers.push(scope.spawn(move || {
                careful(buffer, || {
                    while let Some(item) = produce(&mut source) {
                        if buffer.put(item).is_err() {
                            break;
                        }
                    }
                })
            }));
        }
        for _ in 0..consumers {
            scope.spawn(|| {
                careful(buffer, || {
                    while let Some(item) = buffer.get() {
                        consume(item);
                    }
                })
            });
        }
        let results: Vec<_> = producers.into_iter().map(|producer| producer.join()).collect();
        buffer.close();
        for result in results {
            if let Err(payload) = result {
                std::panic::resume_unwind(payload);
            }
        }
    });
}
