//! A closed buffer is a different thing from an open one, so it is a different variant: there is no way to put into it.

use std::collections::{VecDeque, vec_deque::IntoIter};
use std::sync::{Condvar, LockResult, Mutex, PoisonError};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

enum State<T> {
    Open(VecDeque<T>),
    Draining(IntoIter<T>),
}

use State::{Draining, Open};

pub struct BoundedBuffer<T> {
    state: Mutex<State<T>>,
    capacity: usize,
    changed: Condvar,
}

fn get_it<G>(result: LockResult<G>) -> G {
    result.unwrap_or_else(PoisonError::into_inner)
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "the capacity must be at least one");
        Self { state: Mutex::new(Open(VecDeque::new())), capacity, changed: Condvar::new() }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let full = |state: &mut State<T>| matches!(state, Open(items) if items.len() >= self.capacity);
        match &mut *get_it(self.changed.wait_while(get_it(self.state.lock()), full)) {
            Open(items) => items.push_back(item),
            Draining(_) => return Err(Closed(item)),
        }
        self.changed.notify_all();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let empty = |state: &mut State<T>| matches!(state, Open(items) if items.is_empty());
        let item = match &mut *get_it(self.changed.wait_while(get_it(self.state.lock()), empty)) {
            Open(items) => items.pop_front(),
            Draining(rest) => rest.next(),
        };
        self.changed.notify_all();
        item
    }

    pub fn close(&self) {
        let mut state = get_it(self.state.lock());
        if let Open(items) = &mut *state {
            *state = Draining(std::mem::take(items).into_iter());
        }
        drop(state);
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
    assert!(consumers > 0, "there must be consumers");
    let buffer = BoundedBuffer::new(capacity);
    let producing = || {
        thread::scope(|scope| {
            for mut source in sources {
                scope.spawn(|| {
                    while let Some(item) = produce(&mut source) {
                        if buffer.put(item).is_err() {
                            break;
                        }
                    }
                    drop(source);
                });
            }
        })
    };
    let consuming = || {
        struct Bye<'a, T>(&'a BoundedBuffer<T>);
        impl<T> Drop for Bye<'_, T> {
            fn drop(&mut self) {
                self.0.close();
            }
        }
        let _bye = Bye(&buffer);
        while let Some(item) = buffer.get() {
            consume(item);
        }
    };
    thread::scope(|scope| {
        (0..consumers).for_each(|_| drop(scope.spawn(consuming)));
        // This thread makes no call of produce: it waits in the inner scope until its threads have ended.
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(producing));
        buffer.close();
        if let Err(payload) = outcome {
            std::panic::resume_unwind(payload);
        }
    });
}
