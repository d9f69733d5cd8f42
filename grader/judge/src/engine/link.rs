//! The judge's end of the channel: never blocks, never trusts what it reads.

use std::io::{self, Read, Write};
use std::time::Duration;

use crate::channel::Stream;
use crate::wire::{Decoder, Malformed, ToJudge, ToSubject, encode};

pub(super) struct Link {
    stream: Stream,
    decoder: Decoder,
    closed: bool,
    /// Whether the last read took all that had arrived: nothing is asked of the system again until [`Link::look_again`].
    drained: bool,
}

/// What there was to read.
pub(super) enum Received {
    Message(ToJudge),
    Nothing,
    /// The subject's end is closed: its process ended.
    Closed,
    Malformed(Malformed),
}

impl Link {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, decoder: Decoder::default(), closed: false, drained: false }
    }

    /// More may have arrived since everything was read.
    pub(super) fn look_again(&mut self) {
        self.drained = false;
    }

    /// The next message that has arrived, without waiting.
    pub(super) fn receive(&mut self) -> io::Result<Received> {
        let mut buffer = [0; 16 * 1024];
        loop {
            match self.decoder.take() {
                Ok(Some(message)) => return Ok(Received::Message(message)),
                Err(malformed) => return Ok(Received::Malformed(malformed)),
                Ok(None) if self.closed => return Ok(Received::Closed),
                Ok(None) if self.drained => return Ok(Received::Nothing),
                Ok(None) => {}
            }
            match self.stream.read(&mut buffer) {
                Ok(0) => self.closed = true,
                Ok(count) => {
                    self.decoder.push(&buffer[..count]);
                    self.drained = count < buffer.len();
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => {
                        self.drained = true;
                        return Ok(Received::Nothing);
                    }
                    io::ErrorKind::Interrupted => {}
                    // The subject died with our bytes unread.
                    io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::BrokenPipe => self.closed = true,
                    _ => return Err(error),
                },
            }
        }
    }

    /// Sends a message. Whether the subject still lives shows when it is read from.
    pub(super) fn send(&mut self, message: &ToSubject) -> io::Result<()> {
        let frame = encode(message);
        let mut rest = &frame[..];
        let mut refusals = 0;
        while !rest.is_empty() {
            match (&self.stream).write(rest) {
                Ok(count) => rest = &rest[count..],
                Err(error) => match error.kind() {
                    io::ErrorKind::Interrupted => {}
                    io::ErrorKind::WouldBlock if refusals < 1_000 => {
                        refusals += 1;
                        std::thread::park_timeout(Duration::from_millis(5));
                    }
                    io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::BrokenPipe => return Ok(()),
                    _ => return Err(error),
                },
            }
        }
        Ok(())
    }

    /// Waits until there is something to read, at most this long.
    #[cfg(target_os = "linux")]
    pub(super) fn wait(&mut self, at_most: Duration) {
        use std::os::fd::AsFd;

        use nix::poll::{PollFd, PollFlags, ppoll};

        let mut polled = [PollFd::new(self.stream.as_fd(), PollFlags::POLLIN)];
        // Woken early or not at all: whoever waits looks again.
        self.drained = matches!(ppoll(&mut polled, Some(at_most.into()), None), Ok(0));
    }

    /// Waits a moment: where the system has no precise way to wait for a socket, a short one.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn wait(&mut self, at_most: Duration) {
        self.drained = false;
        // On Windows a precise sleep; waits with a time limit are rounded up to 16 ms there.
        std::thread::sleep(at_most.min(Duration::from_micros(500)));
    }
}
