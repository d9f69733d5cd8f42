//! A linked list grows and shrinks with each item; its length is counted by hand. A foreman thread starts everybody and closes at the end.

use std::collections::LinkedList;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    capacity: usize,
    chain: Mutex<Chain<T>>,
    grown: Condvar,
    shrunk: Condvar,
}

struct Chain<T> {
    links: LinkedList<T>,
    room: usize,
    open: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be positive");
        let chain = Chain { links: LinkedList::new(), room: capacity, open: true };
        Self { capacity, chain: Mutex::new(chain), grown: Condvar::new(), shrunk: Condvar::new() }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let chain = self.chain.lock().unwrap_or_else(|p| p.into_inner());
        let mut chain = self.shrunk.wait_while(chain, |c| c.open && c.room == 0).unwrap();
        if !chain.open {
            return Err(Closed(item));
        }
        chain.room -= 1;
        chain.links.push_back(item);
        self.grown.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let chain = self.chain.lock().unwrap_or_else(|p| p.into_inner());
        let mut chain = self.grown.wait_while(chain, |c| c.open && c.room == self.capacity).unwrap();
        let item = chain.links.pop_front();
        if item.is_some() {
            chain.room += 1;
            self.shrunk.notify_one();
        }
        item
    }

    pub fn close(&self) {
        let mut chain = self.chain.lock().unwrap_or_else(|p| p.into_inner());
        chain.open = false;
        drop(chain);
        self.grown.notify_all();
        self.shrunk.notify_all();
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
    assert!(consumers > 0, "consumers must be positive");
    let buffer = BoundedBuffer::new(capacity);
    let (buffer, produce, consume) = (&buffer, &produce, &consume);
    let foreman = move || {
        thread::scope(|outer| {
            for number in 0..consumers {
                let name = format!("consumer-{number}");
                thread::Builder::new()
                    .name(name)
                    .spawn_scoped(outer, move || {
                        let _alarm = Alarm(buffer);
                        std::iter::from_fn(|| buffer.get()).for_each(consume);
                    })
                    .unwrap();
            }
            let _alarm = Shift(buffer);
            thread::scope(|inner| {
                for (number, mut source) in sources.into_iter().enumerate() {
                    let name = format!("producer-{number}");
                    thread::Builder::new()
                        .name(name)
                        .spawn_scoped(inner, move || {
                            std::iter::from_fn(|| produce(&mut source)).all(|item| buffer.put(item).is_ok());
                        })
                        .unwrap();
                }
            });
        });
    };
    thread::scope(|scope| {
        scope.spawn(foreman);
    });
}

struct Alarm<'a, T>(&'a BoundedBuffer<T>);
impl<T> Drop for Alarm<'_, T> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.close();
        }
    }
}

struct Shift<'a, T>(&'a BoundedBuffer<T>);
impl<T> Drop for Shift<'_, T> {
    fn drop(&mut self) {
        self.0.close();
    }
}
