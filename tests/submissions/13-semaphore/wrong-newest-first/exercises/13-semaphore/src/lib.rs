//! push to wait, pop to wake. (That is a stack.)

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

pub struct Semaphore {
    state: Mutex<(usize, Vec<(u64, Sender<()>)>, u64)>,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { state: Mutex::new((permits, Vec::new(), 0)) }
    }

    fn begin(&self) -> Result<(), (u64, Receiver<()>)> {
        let mut state = self.state.lock().unwrap();
        if state.0 > 0 {
            state.0 -= 1;
            return Ok(());
        }
        state.2 += 1;
        let id = state.2;
        let (tx, rx) = channel();
        state.1.push((id, tx));
        Err((id, rx))
    }

    pub fn acquire(&self) -> Permit<'_> {
        if let Err((_, rx)) = self.begin() {
            rx.recv().unwrap();
        }
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        if state.0 == 0 {
            return None;
        }
        state.0 -= 1;
        Some(Permit { semaphore: self })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        if let Err((id, rx)) = self.begin()
            && rx.recv_timeout(timeout).is_err()
        {
            let mut state = self.state.lock().unwrap();
            if rx.try_recv().is_err() {
                state.1.retain(|waiter| waiter.0 != id);
                return None;
            }
        }
        Some(Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.semaphore.state.lock().unwrap();
        match state.1.pop() {
            Some((_, tx)) => {
                let _ = tx.send(());
            }
            None => state.0 += 1,
        }
    }
}
