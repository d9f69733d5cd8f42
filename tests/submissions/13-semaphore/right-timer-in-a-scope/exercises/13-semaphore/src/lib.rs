//! A time limit is a thread of its own: it waits on a channel until its client has the permit, or the time is over. It lives in a scope, so
//! that none is left behind.

use std::collections::VecDeque;
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::sync::{Mutex, RwLock};
use std::thread;
use std::time::Duration;

/// What comes to a client.
enum News {
    Permit,
    TimeIsUp,
}

pub struct Semaphore {
    free: RwLock<usize>,
    clients: Mutex<VecDeque<(u64, SyncSender<News>)>>,
    visits: Mutex<u64>,
}

pub struct Permit<'a> {
    home: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { free: RwLock::new(permits), clients: Mutex::default(), visits: Mutex::new(0) }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        // Whoever changes the count has the clients' lock.
        let _clients = self.clients.lock().unwrap();
        let mut free = self.free.write().unwrap();
        *free = free.checked_sub(1)?;
        Some(Permit { home: self })
    }

    /// Room for both kinds of news, so that nobody waits who brings one.
    fn register(&self) -> Option<(u64, SyncSender<News>, mpsc::Receiver<News>)> {
        let mut clients = self.clients.lock().unwrap();
        if *self.free.read().unwrap() > 0 {
            *self.free.write().unwrap() -= 1;
            return None;
        }
        let mut visits = self.visits.lock().unwrap();
        *visits += 1;
        let (sender, receiver) = mpsc::sync_channel(2);
        clients.push_back((*visits, sender.clone()));
        Some((*visits, sender, receiver))
    }

    pub fn acquire(&self) -> Permit<'_> {
        if let Some((_, _sender, news)) = self.register() {
            while !matches!(news.recv(), Ok(News::Permit)) {}
        }
        Permit { home: self }
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let Some((visit, sender, news)) = self.register() else { return Some(Permit { home: self }) };
        thread::scope(|scope| {
            let (done, is_done) = mpsc::channel::<()>();
            thread::Builder::new()
                .name("timer".into())
                .spawn_scoped(scope, move || {
                    if is_done.recv_timeout(timeout) == Err(RecvTimeoutError::Timeout) {
                        let _ = sender.send(News::TimeIsUp);
                    }
                })
                .unwrap();
            let mut first = news.recv().unwrap();
            if let News::TimeIsUp = first {
                let mut clients = self.clients.lock().unwrap();
                let here = clients.len();
                clients.retain(|(number, _)| *number != visit);
                if clients.len() < here {
                    return None;
                }
                // It is on its way: whoever brings it has taken us off the list.
                drop(clients);
                first = news.recv().unwrap();
            }
            assert!(matches!(first, News::Permit));
            drop(done);
            Some(Permit { home: self })
        })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut clients = self.home.clients.lock().unwrap();
        match clients.pop_front() {
            Some((_, client)) => client.send(News::Permit).unwrap(),
            None => *self.home.free.write().unwrap() += 1,
        }
    }
}
