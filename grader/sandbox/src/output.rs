//! Reading what a program writes: all of it, so that it never blocks on a full pipe, keeping only the beginning.

use std::io::{self, Read};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::ended::Captured;

/// How long to wait for the end of a stream whose program is gone. Only a survivor that holds the pipe open (possible
/// in the limits tier alone) makes this matter.
const PATIENCE: Duration = Duration::from_secs(2);

/// A stream that a thread drains.
#[derive(Debug)]
pub(crate) struct Drain {
    captured: Arc<Mutex<Captured>>,
    at_end: Receiver<()>,
}

impl Drain {
    /// Drains `stream` in a thread until its end, keeping the first `cap` bytes. Without a stream there is nothing.
    ///
    /// # Errors
    /// Where there is no thread to be had.
    pub(crate) fn start(stream: Option<impl Read + Send + 'static>, cap: usize) -> io::Result<Self> {
        let captured = Arc::new(Mutex::new(Captured::default()));
        let (end, at_end) = mpsc::channel();
        let shared = Arc::clone(&captured);
        thread::Builder::new().spawn(move || {
            let mut buffer = [0; 16 << 10];
            let Some(mut stream) = stream else { return };
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                let mut captured = shared.lock().unwrap_or_else(PoisonError::into_inner);
                let room = cap - captured.kept.len();
                captured.kept.extend_from_slice(&buffer[..count.min(room)]);
                captured.total += count as u64;
            }
            // Nobody listens any more when the jailed program was dropped.
            let _ = end.send(());
        })?;
        Ok(Self { captured, at_end })
    }

    /// What was read so far.
    pub(crate) fn so_far(&self) -> Captured {
        self.captured.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was read up to the end of the stream; the program must be gone.
    pub(crate) fn to_the_end(&self) -> Captured {
        match self.at_end.recv_timeout(PATIENCE) {
            Ok(()) | Err(RecvTimeoutError::Disconnected | RecvTimeoutError::Timeout) => self.so_far(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_beginning_and_counts_the_rest() {
        let captured = Drain::start(Some(std::io::repeat(b'x').take(100_000)), 10).unwrap().to_the_end();
        assert_eq!(captured, Captured { kept: b"xxxxxxxxxx".to_vec(), total: 100_000 });
        assert_eq!(captured.dropped(), 99_990);
    }
}
