//! The judge's end of the channel: never blocks, never trusts what it reads.

use std::io::{self, Read, Write};
#[cfg(unix)]
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use super::door::Door;
#[cfg(unix)]
use super::door::receive;
use crate::channel::Stream;
use crate::wire::{Decoder, Malformed, ToJudge, ToSubject, encode};

/// How often in a row a subject may not take what it is told, 5 ms each: a minute. They are turns of the judge's own, so a machine
/// that stands still has no part in them; its reader takes what there is in a few.
const REFUSALS: u32 = 12_000;

/// How many bytes are taken from a subject that takes none itself.
const AHEAD_AT_MOST: usize = 1 << 20;

pub(super) struct Link {
    stream: Stream,
    decoder: Decoder,
    /// What arrives is read into this.
    buffer: Box<[u8]>,
    /// What was said and has not gone out: one call of the system says it all.
    unsent: Vec<u8>,
    closed: bool,
    /// Whether it has taken nothing for so long that nothing more is said.
    deaf: bool,
    /// [`REFUSALS`].
    refusals_at_most: u32,
    /// Whether the last read took all that had arrived: nothing is asked of the system again until [`Link::look_again`].
    drained: bool,
    /// Descriptors that came along, where any are awaited.
    #[cfg(unix)]
    along: Option<Vec<OwnedFd>>,
}

/// What there was to read.
pub(super) enum Received {
    Message(ToJudge),
    Nothing,
    /// The subject's end is closed: its process ended.
    Closed,
    Malformed(Malformed),
    /// The subject lives, and has not taken what it was told for a minute.
    Deaf,
}

impl Link {
    pub(super) fn new(stream: Stream) -> Self {
        Self {
            stream,
            decoder: Decoder::default(),
            buffer: vec![0; 16 * 1024].into(),
            unsent: Vec::new(),
            closed: false,
            deaf: false,
            refusals_at_most: REFUSALS,
            drained: false,
            #[cfg(unix)]
            along: None,
        }
    }

    /// The same, with a first message that a door may come along with.
    pub(super) fn with_descriptors(stream: Stream) -> Self {
        Self {
            #[cfg(unix)]
            along: Some(Vec::new()),
            ..Self::new(stream)
        }
    }

    /// The door that came along. From now on nothing does.
    pub(super) fn door(&mut self) -> Option<Door> {
        #[cfg(unix)]
        return self.along.take().and_then(|mut along| along.pop()).map(Door::Socket);
        #[cfg(not(unix))]
        None
    }

    /// What was waited for has come, or not.
    #[cfg(target_os = "linux")]
    pub(super) fn waited(&mut self, came: bool) {
        debug_assert!(self.unsent.is_empty(), "whoever waits has sent what it said");
        self.drained = !came;
    }

    /// What has arrived, without waiting.
    fn take(&mut self) -> io::Result<usize> {
        #[cfg(unix)]
        if let Some(along) = &mut self.along {
            return receive(self.stream.as_fd(), &mut self.buffer, along);
        }
        self.stream.read(&mut self.buffer)
    }

    /// More may have arrived since everything was read.
    pub(super) fn look_again(&mut self) {
        self.drained = false;
    }

    /// The next message that has arrived, without waiting. Where there is none left, all that was said has gone out.
    pub(super) fn receive(&mut self) -> io::Result<Received> {
        loop {
            match self.decoder.take() {
                Ok(Some(message)) => return Ok(Received::Message(message)),
                Err(malformed) => return Ok(Received::Malformed(malformed)),
                Ok(None) => {}
            }
            self.flush()?;
            if self.deaf {
                return Ok(Received::Deaf);
            }
            if self.closed {
                return Ok(Received::Closed);
            }
            if self.drained {
                return Ok(Received::Nothing);
            }
            self.read()?;
        }
    }

    /// Takes what has arrived, as much of it as the buffer holds.
    fn read(&mut self) -> io::Result<()> {
        match self.take() {
            Ok(0) => self.closed = true,
            Ok(count) => {
                self.decoder.push(&self.buffer[..count]);
                self.drained = count < self.buffer.len();
            }
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock => self.drained = true,
                io::ErrorKind::Interrupted => {}
                // The subject died with our bytes unread.
                io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe => self.closed = true,
                _ => return Err(error),
            },
        }
        Ok(())
    }

    /// Says something: it goes out with [`Link::flush`], or as soon as there is nothing left to receive.
    pub(super) fn send(&mut self, message: &ToSubject) {
        self.unsent.extend(encode(message).expect("what a suite asks for fits in a frame"));
    }

    /// Says something that a descriptor goes along with, at once.
    #[cfg(unix)]
    pub(super) fn send_with(&mut self, message: &ToSubject, descriptor: BorrowedFd<'_>) -> io::Result<()> {
        use nix::errno::Errno;
        use nix::sys::socket::{ControlMessage, MsgFlags, sendmsg};
        use std::os::fd::AsRawFd;

        #[cfg(target_os = "linux")]
        const FLAGS: MsgFlags = MsgFlags::MSG_NOSIGNAL;
        #[cfg(not(target_os = "linux"))]
        const FLAGS: MsgFlags = MsgFlags::empty();
        self.flush()?;
        let frame = encode(message).expect("numbers fit");
        let along = [descriptor.as_raw_fd()];
        let along = [ControlMessage::ScmRights(&along)];
        let (to, parts) = (self.stream.as_fd().as_raw_fd(), [io::IoSlice::new(&frame)]);
        match sendmsg::<()>(to, &parts, &along, FLAGS, None) {
            Ok(sent) => {
                self.unsent.extend_from_slice(&frame[sent..]);
                Ok(())
            }
            // Whoever greets has been told nothing yet: there is room. Whether it still lives shows when it is read from.
            Err(Errno::EAGAIN | Errno::EPIPE | Errno::ECONNRESET) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Sends what was said. Whether the subject still lives shows when it is read from.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let unsent = std::mem::take(&mut self.unsent);
        let mut rest = &unsent[..];
        let mut refusals = 0;
        while !rest.is_empty() {
            match (&self.stream).write(rest) {
                // It takes nothing more, ever.
                Ok(0) => return Ok(()),
                Ok(count) => {
                    rest = &rest[count..];
                    refusals = 0;
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::Interrupted => {}
                    // Its reader is at something else, such as looking up where threads stand, which takes seconds on a busy
                    // machine. It may be waiting to be heard itself.
                    io::ErrorKind::WouldBlock if refusals == self.refusals_at_most => {
                        self.deaf = true;
                        return Ok(());
                    }
                    io::ErrorKind::WouldBlock => {
                        refusals += 1;
                        if self.decoder.waiting() < AHEAD_AT_MOST {
                            self.read()?;
                        }
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

    /// Leaves the subject alone for this long, whatever it says meanwhile.
    pub(super) fn let_speak(&mut self, time: Duration) {
        debug_assert!(self.unsent.is_empty(), "whoever waits has sent what it said");
        std::thread::sleep(time);
        self.look_again();
    }

    /// Waits until there is something to read, at most this long.
    #[cfg(target_os = "linux")]
    pub(super) fn wait(&mut self, at_most: Duration) {
        use nix::poll::{PollFd, PollFlags, ppoll};

        debug_assert!(self.unsent.is_empty(), "whoever waits has sent what it said");
        let mut polled = [PollFd::new(self.stream.as_fd(), PollFlags::POLLIN)];
        // Woken early or not at all: whoever waits looks again.
        self.drained = matches!(ppoll(&mut polled, Some(at_most.into()), None), Ok(0));
    }

    /// Waits a moment: where the system has no precise way to wait for a socket, a short one.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn wait(&mut self, at_most: Duration) {
        debug_assert!(self.unsent.is_empty(), "whoever waits has sent what it said");
        self.drained = false;
        // On Windows a precise sleep; waits with a time limit are rounded up to 16 ms there.
        std::thread::sleep(at_most.min(Duration::from_micros(500)));
    }
}

#[cfg(unix)]
impl AsFd for Link {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::net::UnixStream;

    use super::*;
    use crate::wire::{Answer, Payload};

    #[test]
    fn a_subject_that_takes_nothing_is_told_as_that_and_is_no_trouble_of_the_machine() {
        let (ours, theirs) = UnixStream::pair().expect("the system gives a pair");
        ours.set_nonblocking(true).expect("any socket can be so");
        let mut link = Link { refusals_at_most: 3, ..Link::new(ours.into()) };
        let answer = Answer::Return(Payload { numbers: Vec::new(), texts: vec!["x".repeat(1 << 20)] });
        let mut received = link.receive();
        // More than any socket holds.
        for id in 0..64 {
            assert!(matches!(received, Ok(Received::Nothing | Received::Deaf)));
            link.send(&ToSubject::Answer { id, answer: answer.clone() });
            link.look_again();
            received = link.receive();
        }
        assert!(matches!(received, Ok(Received::Deaf)));
        drop(theirs);
    }
}
