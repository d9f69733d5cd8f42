//! One condition variable and notify_all: not the fastest, but there is nothing to get wrong.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    state: Mutex<(VecDeque<T>, bool)>,
    changed: Condvar,
    capacity: usize,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        if capacity == 0 {
            panic!("a buffer with a capacity of 0 is of no use");
        }
        BoundedBuffer { state: Mutex::default(), changed: Condvar::new(), capacity }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let state = self.state.lock().unwrap();
        let mut state = self
            .changed
            .wait_while(state, |(items, closed)| items.len() == self.capacity && !*closed)
            .unwrap();
        if state.1 {
            return Err(Closed(item));
        }
        state.0.push_back(item);
        self.changed.notify_all();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let state = self.state.lock().unwrap();
        let mut state =
            self.changed.wait_while(state, |(items, closed)| items.is_empty() && !*closed).unwrap();
        let item = state.0.pop_front();
        self.changed.notify_all();
        item
    }

    pub fn close(&self) {
        self.state.lock().unwrap().1 = true;
        self.changed.notify_all();
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
    assert_ne!(consumers, 0, "consumers");
    let buffer = BoundedBuffer::<T>::new(capacity);
    let panics = Mutex::new(Vec::new());
    let guarded = |part: &mut dyn FnMut()| {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(part)) {
            panics.lock().unwrap().push(payload);
            buffer.close();
        }
    };
    thread::scope(|scope| {
        let (buffer, guarded, produce, consume) = (&buffer, &guarded, &produce, &consume);
        for _ in 0..consumers {
            scope.spawn(move || {
                guarded(&mut || {
                    while let Some(item) = buffer.get() {
                        consume(item);
                    }
                });
            });
        }
        let producers: Vec<_> = sources
            .into_iter()
            .map(|mut source| {
                scope.spawn(move || {
                    guarded(&mut || {
                        while let Some(item) = produce(&mut source)
                            && buffer.put(item).is_ok()
                        {}
                    });
                })
            })
            .collect();
        for producer in producers {
            producer.join().expect("it has caught its panics");
        }
        buffer.close();
    });
    if let Some(payload) = panics.into_inner().unwrap().pop() {
        resume_unwind(payload);
    }
}
