//! Full means: more in it than there is room for.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    state: Mutex<Inside<T>>,
    taken_out: Condvar,
    put_in: Condvar,
    capacity: usize,
}

struct Inside<T> {
    buffer: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            state: Mutex::new(Inside { buffer: VecDeque::new(), closed: false }),
            taken_out: Condvar::new(),
            put_in: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut state = self.state.lock().unwrap();
        while state.buffer.len() > self.capacity && !state.closed {
            state = self.taken_out.wait(state).unwrap();
        }
        if state.closed {
            return Err(Closed(item));
        }
        state.buffer.push_back(item);
        self.put_in.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        while state.buffer.is_empty() && !state.closed {
            state = self.put_in.wait(state).unwrap();
        }
        let item = state.buffer.pop_front();
        self.taken_out.notify_one();
        item
    }

    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.taken_out.notify_all();
        self.put_in.notify_all();
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
    assert!(consumers > 0, "consumers must be at least 1");
    let buffer = &BoundedBuffer::new(capacity);
    let (produce, consume) = (&produce, &consume);
    thread::scope(|scope| {
        let producers: Vec<_> = sources
            .into_iter()
            .map(|mut source| {
                scope.spawn(move || {
                    while let Some(item) = produce(&mut source) {
                        if buffer.put(item).is_err() {
                            break;
                        }
                    }
                })
            })
            .collect();
        for _ in 0..consumers {
            scope.spawn(move || {
                let _guard = CloseOnPanic(buffer);
                while let Some(item) = buffer.get() {
                    consume(item);
                }
            });
        }
        let ends: Vec<_> = producers.into_iter().map(|producer| producer.join()).collect();
        buffer.close();
        for end in ends {
            end.expect("a producer has panicked");
        }
    });
}

struct CloseOnPanic<'a, T>(&'a BoundedBuffer<T>);

impl<T> Drop for CloseOnPanic<'_, T> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.close();
        }
    }
}
