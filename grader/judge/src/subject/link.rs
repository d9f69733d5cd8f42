//! The subject's end of the channel: taken over when the process starts, before the student's code runs.

use std::io::{Read, Write};
use std::net::TcpStream;
#[cfg(unix)]
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::{PoisonError, RwLock};

#[cfg(unix)]
use super::processes::door;
use crate::channel::Stream;
use crate::wire::{Decoder, ToJudge, ToSubject, TooLong, encode};

/// The longest frame, in bytes, that the system takes whole in one call, whoever else writes at the same time: it fits in one
/// buffer of a socket (32 KiB and more on Linux).
const WHOLE: usize = 16 << 10;

/// Messages to the judge, from any thread.
///
/// A frame that goes out whole needs no lock: whoever sent one frees nothing that others wait for. Longer ones exclude each other
/// and those.
pub(super) struct Outbox(RwLock<Stream>);

impl Outbox {
    /// Sends the first message, with the judge's end of a door where there is one.
    #[cfg(unix)]
    pub(super) fn send_first(&self, message: &ToJudge, door: Option<OwnedFd>) {
        let Some(door) = door else { return self.send(message) };
        let shared = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let frame = encode(message).expect("numbers fit");
        if door::send_with(shared.as_fd().as_raw_fd(), &frame, door.as_raw_fd()).is_err() {
            std::process::exit(2);
        }
    }

    /// Sends the first message.
    #[cfg(not(unix))]
    pub(super) fn send_first(&self, message: &ToJudge, _door: Option<std::convert::Infallible>) {
        self.send(message);
    }

    /// Sends one message. Where the judge is gone there is nobody left to tell: the process ends.
    pub(super) fn send(&self, message: &ToJudge) {
        // What does not fit is not said; that it does not is.
        let frame = encode(message)
            .or_else(|TooLong(bytes)| encode(&ToJudge::TooLong { bytes: bytes as u64 }))
            .expect("a number fits");
        let shared = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let sent = if frame.len() <= WHOLE && shared.takes_short_frames_whole() {
            (&*shared).write_all(&frame)
        } else {
            drop(shared);
            (&*self.0.write().unwrap_or_else(PoisonError::into_inner)).write_all(&frame)
        };
        if sent.is_err() {
            std::process::exit(2);
        }
    }
}

/// Messages from the judge, for the reader alone.
pub(super) struct Inbox {
    stream: Stream,
    decoder: Decoder,
    /// What arrives is read into this.
    buffer: Box<[u8]>,
    /// Whether anything was read.
    #[cfg_attr(not(unix), expect(dead_code, reason = "nothing comes along"))]
    begun: bool,
    /// A descriptor that came along with what was read first, where the judge sends one.
    along: Option<Along>,
}

/// What comes along.
#[cfg(unix)]
pub(super) type Along = OwnedFd;
#[cfg(not(unix))]
pub(super) type Along = std::convert::Infallible;

impl Inbox {
    /// Waits for the next message; `None` once the judge has hung up (or the bytes are no message).
    pub(super) fn receive(&mut self) -> Option<ToSubject> {
        loop {
            match self.decoder.take() {
                Ok(Some(message)) => return Some(message),
                Ok(None) => {}
                Err(_) => return None,
            }
            match self.read() {
                Ok(0) => return None,
                Ok(count) => self.decoder.push(&self.buffer[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
    }

    /// What came along with the first message.
    pub(super) fn along(&mut self) -> Option<Along> {
        self.along.take()
    }

    fn read(&mut self) -> std::io::Result<usize> {
        #[cfg(unix)]
        if !self.begun && matches!(self.stream, Stream::Pair(_)) {
            let (count, along) = door::receive_with(self.stream.as_fd().as_raw_fd(), &mut self.buffer)?;
            (self.begun, self.along) = (true, along);
            return Ok(count);
        }
        self.begun = true;
        self.stream.read(&mut self.buffer)
    }
}

/// Takes the channel over; `None` where there is none.
pub(super) fn take() -> Option<(Inbox, Outbox)> {
    let stream = connect()?;
    let sending = stream.try_clone().ok()?;
    let inbox = Inbox {
        stream,
        decoder: Decoder::default(),
        buffer: vec![0; 16 * 1024].into(),
        begun: false,
        along: None,
    };
    Some((inbox, Outbox(RwLock::new(sending))))
}

/// Reaches the judge as the variable says.
fn connect() -> Option<Stream> {
    let value = std::env::var(crate::channel::SUBJECT_VARIABLE).ok()?;
    #[cfg(unix)]
    if value == crate::channel::AS_STANDARD_INPUT {
        return standard_input();
    }
    #[cfg(unix)]
    if let Some(number) = value.strip_prefix(crate::channel::THROUGH_THE_DOOR) {
        return door::attach(number.parse().ok()?).ok();
    }
    let (address, token) = value.split_once(' ')?;
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_nodelay(true).ok()?;
    stream.write_all(token.as_bytes()).ok()?;
    Some(stream.into())
}

/// The channel arrives as standard input. It moves to a descriptor of its own that child processes do not inherit, and
/// standard input becomes empty: whoever reads it finds its end and cannot reach the channel.
#[cfg(unix)]
fn standard_input() -> Option<Stream> {
    use std::os::unix::net::UnixStream;

    let channel = std::io::stdin().as_fd().try_clone_to_owned().ok()?;
    let nothing = std::fs::File::open("/dev/null").ok();
    #[expect(unsafe_code, reason = "std cannot replace a standard stream")]
    // SAFETY: both calls only rename descriptors that this process owns; nothing else runs yet.
    unsafe {
        match nothing {
            Some(file) => libc::dup2(file.as_raw_fd(), 0),
            // A sandbox may hold no /dev/null: a closed standard input is as empty.
            None => libc::close(0),
        };
    }
    Some(UnixStream::from(channel).into())
}
