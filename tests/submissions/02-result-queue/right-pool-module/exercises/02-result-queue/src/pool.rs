//! Workers around one shared list. Every finished job becomes a [`Message`].

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

pub struct Message<R> {
    pub index: usize,
    pub result: R,
}

pub struct Pool {
    size: usize,
}

type List<J> = Arc<Mutex<Vec<Option<J>>>>;

impl Pool {
    pub fn new(size: usize) -> Self {
        Pool { size }
    }

    pub fn run<J, R, W>(&self, jobs: Vec<J>, work: &W, deliver: impl FnMut(Message<R>))
    where
        J: Send,
        R: Send,
        W: Fn(J) -> R + Sync,
    {
        let size = self.size.min(jobs.len());
        let numbers = Arc::new(Mutex::new(0..jobs.len()));
        let list: List<J> = Arc::new(Mutex::new(jobs.into_iter().map(Some).collect()));
        thread::scope(|scope| {
            let (sender, receiver) = sync_channel(1);
            for _ in 0..size {
                let (numbers, list, sender) = (Arc::clone(&numbers), Arc::clone(&list), sender.clone());
                scope.spawn(move || {
                    let next_number = || numbers.lock().unwrap().next();
                    while let Some(index) = next_number() {
                        let job = list.lock().unwrap()[index].take().unwrap();
                        if !report(&sender, index, work(job)) {
                            break;
                        }
                    }
                });
            }
            drop(sender);
            drain(receiver, deliver);
        });
    }
}

/// False when nobody is there to read the report.
fn report<R>(sender: &SyncSender<Message<R>>, index: usize, result: R) -> bool {
    sender.send(Message { index, result }).is_ok()
}

fn drain<R>(receiver: Receiver<Message<R>>, mut deliver: impl FnMut(Message<R>)) {
    while let Ok(message) = receiver.recv() {
        deliver(message);
    }
}
