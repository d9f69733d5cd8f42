//! park and unpark. A thread that can't go on writes itself down on its side and parks; whoever changes something takes one off the
//! other side's list and unparks it. Whoever wakes up looks again, and writes itself down again if need be.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::thread::{self, Thread};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
    want_room: Vec<Thread>,
    want_items: Vec<Thread>,
}

pub struct BoundedBuffer<T> {
    state: Mutex<State<T>>,
    capacity: usize,
}

fn wake_all(threads: &mut Vec<Thread>) {
    // Those who find nothing write themselves down again.
    for thread in threads.drain(..) {
        thread.unpark();
    }
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a capacity of 0 makes no sense");
        Self {
            state: Mutex::new(State {
                items: VecDeque::new(),
                closed: false,
                want_room: Vec::new(),
                want_items: Vec::new(),
            }),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        loop {
            {
                let mut state = self.state.lock().unwrap();
                if state.closed {
                    return Err(Closed(item));
                }
                if state.items.len() < self.capacity {
                    state.items.push_back(item);
                    wake_all(&mut state.want_items);
                    return Ok(());
                }
                state.want_room.push(thread::current());
            }
            thread::park();
        }
    }

    pub fn get(&self) -> Option<T> {
        loop {
            {
                let mut state = self.state.lock().unwrap();
                if let Some(item) = state.items.pop_front() {
                    wake_all(&mut state.want_room);
                    return Some(item);
                }
                if state.closed {
                    return None;
                }
                state.want_items.push(thread::current());
            }
            thread::park();
        }
    }

    pub fn close(&self) {
        let mut state = self.state.lock().unwrap();
        state.closed = true;
        wake_all(&mut state.want_room);
        wake_all(&mut state.want_items);
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
    assert!(consumers > 0, "zero consumers make no sense");
    let buffer = BoundedBuffer::new(capacity);
    let (buffer, produce, consume) = (&buffer, &produce, &consume);
    let ok = thread::scope(|scope| {
        let eaters: Vec<_> = (0..consumers)
            .map(|_| {
                scope.spawn(move || {
                    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                        while let Some(item) = buffer.get() {
                            consume(item);
                        }
                    }));
                    buffer.close();
                    outcome.is_ok()
                })
            })
            .collect();
        let makers: Vec<_> = sources
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
        let mut ok = true;
        for maker in makers {
            ok &= maker.join().is_ok();
        }
        buffer.close();
        for eater in eaters {
            ok &= eater.join().unwrap_or(false);
        }
        ok
    });
    if !ok {
        panic!("produce or consume has panicked");
    }
}
