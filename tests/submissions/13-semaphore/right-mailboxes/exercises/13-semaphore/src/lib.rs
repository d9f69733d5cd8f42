//! Each waiter leaves the sending end of a small channel in the line and sleeps at the other end.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

struct Go;

struct Book {
    free: usize,
    waiting: VecDeque<(u32, SyncSender<Go>)>,
    next_id: u32,
}

pub struct Semaphore {
    book: Mutex<Book>,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

enum Entry {
    Inside,
    Wait(u32, Receiver<Go>),
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { book: Mutex::new(Book { free: permits, waiting: VecDeque::new(), next_id: 0 }) }
    }

    fn knock(&self) -> Entry {
        let mut book = self.book.lock().unwrap();
        if book.free > 0 {
            book.free -= 1;
            Entry::Inside
        } else {
            let (tx, rx) = sync_channel(1);
            let id = book.next_id;
            book.next_id += 1;
            book.waiting.push_back((id, tx));
            Entry::Wait(id, rx)
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        match self.knock() {
            Entry::Inside => {}
            Entry::Wait(_, rx) => {
                rx.recv().expect("the sender stays in the book until it has been used");
            }
        }
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut book = self.book.lock().unwrap();
        if book.free == 0 {
            None
        } else {
            book.free -= 1;
            Some(Permit { semaphore: self })
        }
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        if let Entry::Wait(id, rx) = self.knock()
            && let Err(RecvTimeoutError::Timeout) = rx.recv_timeout(timeout)
        {
            let mut book = self.book.lock().unwrap();
            // With the book closed to others: has it come after all?
            if rx.try_recv().is_err() {
                book.waiting.retain(|(other, _)| *other != id);
                return None;
            }
        }
        Some(Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut book = self.semaphore.book.lock().unwrap();
        match book.waiting.pop_front() {
            // There is room for one message, so this does not wait.
            Some((_, tx)) => tx.send(Go).unwrap(),
            None => book.free += 1,
        }
    }
}
