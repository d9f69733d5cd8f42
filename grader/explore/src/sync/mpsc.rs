//! `std::sync::mpsc`: shuttle's own, except for time limits and what its channels do otherwise than the library's.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use judge::interleavings::Stopped;

pub use shuttle::sync::mpsc::{
    IntoIter, Iter, RecvError, RecvTimeoutError, SendError, Sender, TryIter, TryRecvError, TrySendError,
};

use crate::exploring::{give_up, is_long};

#[derive(Debug)]
pub struct Receiver<T>(shuttle::sync::mpsc::Receiver<T>);

#[derive(Debug)]
pub struct SyncSender<T> {
    sender: shuttle::sync::mpsc::SyncSender<T>,
    /// How many are in `send`, by whichever sender of the channel.
    sending: Arc<AtomicUsize>,
}

#[must_use]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = shuttle::sync::mpsc::channel();
    (sender, Receiver(receiver))
}

/// Without any room, shuttle's `try_recv` does not see who is sending.
#[must_use]
pub fn sync_channel<T>(bound: usize) -> (SyncSender<T>, Receiver<T>) {
    if bound == 0 {
        give_up(Stopped::UsesAChannel);
    }
    let (sender, receiver) = shuttle::sync::mpsc::sync_channel(bound);
    (SyncSender { sender, sending: Arc::default() }, Receiver(receiver))
}

impl<T> SyncSender<T> {
    #[expect(clippy::missing_errors_doc, reason = "as in std")]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        self.sending.fetch_add(1, Ordering::Relaxed);
        let sent = self.sender.send(message);
        self.sending.fetch_sub(1, Ordering::Relaxed);
        sent
    }

    /// For shuttle a place that is free is taken by whoever waits for it in `send`, before that one has it.
    #[expect(clippy::missing_errors_doc, reason = "as in std")]
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        let sent = self.sender.try_send(message);
        if matches!(sent, Err(TrySendError::Full(_))) && self.sending.load(Ordering::Relaxed) > 0 {
            give_up(Stopped::UsesAChannel);
        }
        sent
    }
}

impl<T> Clone for SyncSender<T> {
    fn clone(&self) -> Self {
        Self { sender: self.sender.clone(), sending: Arc::clone(&self.sending) }
    }
}

impl<T> Receiver<T> {
    #[expect(clippy::missing_errors_doc, reason = "as in std")]
    pub fn recv(&self) -> Result<T, RecvError> {
        self.0.recv()
    }

    #[expect(clippy::missing_errors_doc, reason = "as in std")]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.0.try_recv()
    }

    #[expect(clippy::missing_errors_doc, reason = "as in std")]
    pub fn recv_timeout(&self, limit: Duration) -> Result<T, RecvTimeoutError> {
        if !is_long(limit) {
            give_up(Stopped::HasALimit);
        }
        self.0.recv_timeout(limit)
    }

    #[must_use]
    pub fn iter(&self) -> Iter<'_, T> {
        self.0.iter()
    }

    #[must_use]
    pub fn try_iter(&self) -> TryIter<'_, T> {
        self.0.try_iter()
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.0.iter()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        self.0.into_iter()
    }
}
