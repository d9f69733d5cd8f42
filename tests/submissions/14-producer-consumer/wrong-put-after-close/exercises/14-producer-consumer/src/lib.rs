//! close tells the getters that they need not wait any more. (put does not look at it.)

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    shelf: Mutex<Inside<T>>,
    gap: Condvar,
    book: Condvar,
    capacity: usize,
}

struct Inside<T> {
    books: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            shelf: Mutex::new(Inside { books: VecDeque::new(), closed: false }),
            gap: Condvar::new(),
            book: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let shelf = self.shelf.lock().unwrap();
        let mut shelf =
            self.gap.wait_while(shelf, |shelf| shelf.books.len() == self.capacity && !shelf.closed).unwrap();
        shelf.books.push_back(item);
        self.book.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut shelf = self.shelf.lock().unwrap();
        while shelf.books.is_empty() && !shelf.closed {
            shelf = self.book.wait(shelf).unwrap();
        }
        let item = shelf.books.pop_front();
        self.gap.notify_one();
        item
    }

    pub fn close(&self) {
        self.shelf.lock().unwrap().closed = true;
        self.gap.notify_all();
        self.book.notify_all();
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
