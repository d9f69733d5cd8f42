//! As Java's `LinkedBlockingQueue`: a lock for those who put and one for those who get, and a count between them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    capacity: usize,
    count: AtomicUsize,
    closed: AtomicBool,
    put_lock: Mutex<()>,
    not_full: Condvar,
    take_lock: Mutex<()>,
    not_empty: Condvar,
    items: Mutex<VecDeque<T>>,
}

impl<T> BoundedBuffer<T> {
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "illegal capacity: 0");
        Self {
            capacity,
            count: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
            put_lock: Mutex::new(()),
            not_full: Condvar::new(),
            take_lock: Mutex::new(()),
            not_empty: Condvar::new(),
            items: Mutex::new(VecDeque::new()),
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let before;
        {
            let mut putting = self.put_lock.lock().unwrap();
            while self.count.load(SeqCst) == self.capacity && !self.closed.load(SeqCst) {
                putting = self.not_full.wait(putting).unwrap();
            }
            if self.closed.load(SeqCst) {
                return Err(Closed(item));
            }
            self.items.lock().unwrap().push_back(item);
            before = self.count.fetch_add(1, SeqCst);
            if before + 1 < self.capacity {
                self.not_full.notify_one(); // whoever is woken wakes the next one
            }
        }
        if before == 0 {
            let _taking = self.take_lock.lock().unwrap();
            self.not_empty.notify_one();
        }
        Ok(())
    }

    #[must_use]
    pub fn get(&self) -> Option<T> {
        let (item, before);
        {
            let mut taking = self.take_lock.lock().unwrap();
            while self.count.load(SeqCst) == 0 && !self.closed.load(SeqCst) {
                taking = self.not_empty.wait(taking).unwrap();
            }
            if self.count.load(SeqCst) == 0 {
                return None;
            }
            item = self.items.lock().unwrap().pop_front();
            before = self.count.fetch_sub(1, SeqCst);
            if before > 1 {
                self.not_empty.notify_one();
            }
        }
        if before == self.capacity {
            let _putting = self.put_lock.lock().unwrap();
            self.not_full.notify_one();
        }
        item
    }

    pub fn close(&self) {
        let _putting = self.put_lock.lock().unwrap();
        let _taking = self.take_lock.lock().unwrap();
        self.closed.store(true, SeqCst);
        self.not_full.notify_all();
        self.not_empty.notify_all();
    }
}

/// Closes the buffer if its thread panics.
struct ClosesInPanic<'a, T>(&'a BoundedBuffer<T>);

impl<T> Drop for ClosesInPanic<'_, T> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.close();
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
    assert!(consumers > 0, "consumers must not be 0");
    let buffer = BoundedBuffer::new(capacity);
    thread::scope(|scope| {
        for _ in 0..consumers {
            scope.spawn(|| {
                let _guard = ClosesInPanic(&buffer);
                while let Some(item) = buffer.get() {
                    consume(item);
                }
            });
        }
        let producers: Vec<_> = sources
            .into_iter()
            .map(|mut source| {
                let (buffer, produce) = (&buffer, &produce);
                scope.spawn(move || {
                    let _guard = ClosesInPanic(buffer);
                    while let Some(item) = produce(&mut source) {
                        if buffer.put(item).is_err() {
                            break;
                        }
                    }
                })
            })
            .collect();
        let failed = producers.into_iter().filter_map(|p| p.join().err()).last();
        buffer.close();
        if let Some(panic) = failed {
            std::panic::resume_unwind(panic);
        }
    });
}
