//! A gate for each side, where threads park with their names on a list; whoever calls one of them takes its name off.

use std::collections::VecDeque;
use std::panic;
use std::sync::{Mutex, MutexGuard};
use std::thread::{self, Thread};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

/// Who sleeps at a gate. Whoever is called looks for himself; whoever leaves takes his name off.
#[derive(Default)]
struct Gate(Vec<(u64, Thread)>);

impl Gate {
    fn call_one(&mut self) {
        if !self.0.is_empty() {
            self.0.remove(0).1.unpark();
        }
    }

    fn call_all(&mut self) {
        for (_, thread) in self.0.drain(..) {
            thread.unpark();
        }
    }
}

struct Yard<T> {
    items: VecDeque<T>,
    room: usize,
    names: u64,
    full: Gate,
    empty: Gate,
    closed: bool,
}

pub struct BoundedBuffer<T> {
    yard: Mutex<Yard<T>>,
}

impl<T> BoundedBuffer<T> {
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let room = std::num::NonZero::new(capacity).expect("the capacity must be positive").get();
        let yard = Yard {
            items: VecDeque::new(),
            room,
            names: 0,
            full: Gate::default(),
            empty: Gate::default(),
            closed: false,
        };
        Self { yard: Mutex::new(yard) }
    }

    fn sleep_at<'a>(
        &'a self,
        mut yard: MutexGuard<'a, Yard<T>>,
        gate: fn(&mut Yard<T>) -> &mut Gate,
    ) -> MutexGuard<'a, Yard<T>> {
        yard.names += 1;
        let name = yard.names;
        gate(&mut yard).0.push((name, thread::current()));
        loop {
            drop(yard);
            thread::park();
            yard = self.yard.lock().unwrap();
            if gate(&mut yard).0.iter().all(|(other, _)| *other != name) {
                return yard;
            }
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut yard = self.yard.lock().unwrap();
        loop {
            if yard.closed {
                return Err(Closed(item));
            }
            if yard.room > 0 {
                yard.room -= 1;
                yard.items.push_back(item);
                yard.empty.call_one();
                return Ok(());
            }
            yard = self.sleep_at(yard, |yard| &mut yard.full);
        }
    }

    #[must_use]
    pub fn get(&self) -> Option<T> {
        let mut yard = self.yard.lock().unwrap();
        loop {
            if let Some(item) = yard.items.pop_front() {
                yard.room += 1;
                yard.full.call_one();
                return Some(item);
            }
            if yard.closed {
                return None;
            }
            yard = self.sleep_at(yard, |yard| &mut yard.empty);
        }
    }

    pub fn close(&self) {
        let mut yard = self.yard.lock().unwrap();
        yard.closed = true;
        yard.full.call_all();
        yard.empty.call_all();
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
    assert!(consumers >= 1, "there are no consumers");
    let buffer = BoundedBuffer::new(capacity);
    let buffer = &buffer;
    let running = Mutex::new(sources.len());
    if sources.is_empty() {
        return;
    }
    let closing = |work: &mut dyn FnMut()| {
        let result = panic::catch_unwind(panic::AssertUnwindSafe(work));
        if let Err(payload) = result {
            buffer.close();
            panic::resume_unwind(payload);
        }
    };
    let panics: Vec<_> = thread::scope(|scope| {
        let mut all = Vec::new();
        for mut source in sources {
            let (closing, produce, running) = (&closing, &produce, &running);
            all.push(thread::Builder::new().name("source".into()).spawn_scoped(scope, move || {
                closing(&mut || {
                    while produce(&mut source).is_some_and(|item| buffer.put(item).is_ok()) {}
                    let mut running = running.lock().unwrap();
                    *running -= 1;
                    if *running == 0 {
                        buffer.close();
                    }
                });
            }));
        }
        for _ in 0..consumers {
            let (closing, consume) = (&closing, &consume);
            all.push(thread::Builder::new().name("consumer".into()).spawn_scoped(scope, move || {
                closing(&mut || std::iter::from_fn(|| buffer.get()).for_each(consume));
            }));
        }
        all.into_iter().filter_map(|thread| thread.expect("a thread").join().err()).collect()
    });
    if let Some(first) = panics.into_iter().next() {
        panic::resume_unwind(first);
    }
}
