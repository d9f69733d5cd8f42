//! The buffer is a sync_channel: it counts, it keeps the order, and it ends when the sender is gone. Only the waiting is mine.

use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    ends: Mutex<(Option<SyncSender<T>>, Receiver<T>)>,
    something_happened: Condvar,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity is 0");
        let (sender, receiver) = sync_channel(capacity);
        BoundedBuffer { ends: Mutex::new((Some(sender), receiver)), something_happened: Condvar::new() }
    }

    pub fn put(&self, mut item: T) -> Result<(), Closed<T>> {
        let mut ends = self.ends.lock().unwrap();
        loop {
            let Some(sender) = &ends.0 else { return Err(Closed(item)) };
            match sender.try_send(item) {
                Ok(()) => break,
                Err(TrySendError::Full(back)) => item = back,
                Err(TrySendError::Disconnected(_)) => unreachable!("the receiver is beside it"),
            }
            ends = self.something_happened.wait(ends).unwrap();
        }
        self.something_happened.notify_all();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut ends = self.ends.lock().unwrap();
        loop {
            match ends.1.try_recv() {
                Ok(item) => {
                    self.something_happened.notify_all();
                    return Some(item);
                }
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => ends = self.something_happened.wait(ends).unwrap(),
            }
        }
    }

    pub fn close(&self) {
        self.ends.lock().unwrap().0 = None;
        self.something_happened.notify_all();
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
    assert!(consumers > 0, "consumers is 0");
    let buffer: &BoundedBuffer<T> = &BoundedBuffer::new(capacity);
    let (produce, consume) = (&produce, &consume);
    // A channel that nothing is sent through: it ends when the last producer has dropped its end.
    let (working, all_done) = sync_channel::<()>(0);
    thread::scope(|scope| {
        for mut source in sources {
            let working = working.clone();
            scope.spawn(move || {
                let _working = working;
                while let Some(item) = produce(&mut source) {
                    if buffer.put(item).is_err() {
                        return;
                    }
                }
            });
        }
        drop(working);
        for _ in 0..consumers {
            scope.spawn(move || {
                let mut finished = Finished(buffer, false);
                while let Some(item) = buffer.get() {
                    consume(item);
                }
                finished.1 = true;
            });
        }
        assert!(all_done.recv().is_err());
        buffer.close();
    });
}

struct Finished<'a, T>(&'a BoundedBuffer<T>, bool);

impl<T> Drop for Finished<'_, T> {
    fn drop(&mut self) {
        if !self.1 {
            self.0.close();
        }
    }
}
