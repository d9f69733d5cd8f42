//! The one connection between judge and subject.
//!
//! On Unix a socket pair whose one end becomes the subject's standard input when it starts; the subject moves it away at
//! once (`subject::link`). A pipe would not do: it can be opened again through `/proc/self/fd`, a socket can't, and safe
//! Rust can't write to a bare descriptor number. Elsewhere, and on request, a loopback connection that a random token vouches for.

use std::io::{self, Read, Write};
use std::net::TcpStream;
#[cfg(unix)]
use std::os::fd::{AsFd, BorrowedFd};
#[cfg(unix)]
use std::os::unix::net::UnixStream;

/// Set in the environment of a subject: its value says how to reach the judge.
pub const SUBJECT_VARIABLE: &str = "JUDGE_SUBJECT";

/// Which of its adapters a subject is to serve, where it has several.
pub const ADAPTER_VARIABLE: &str = "JUDGE_ADAPTER";

/// What [`SUBJECT_VARIABLE`] says where the channel is the standard input; an address and a token otherwise.
#[cfg(unix)]
pub const AS_STANDARD_INPUT: &str = "stdin";

/// What [`SUBJECT_VARIABLE`] begins with in a worker process whose channel goes through a door that it has inherited: then comes the
/// number of its descriptor. (Where the channel is a connection, every process of the subject is told the same address and token.)
#[cfg(unix)]
pub const THROUGH_THE_DOOR: &str = "door ";

/// Set in the environment of a subject's worker process: the call of the student's function that it works for, and which of the
/// exercise's worker functions it is to call.
pub const WORKER_VARIABLE: &str = "JUDGE_WORKER";

/// One end of the channel.
#[derive(Debug)]
pub enum Stream {
    /// Of a socket pair.
    #[cfg(unix)]
    Pair(UnixStream),
    /// Of a connection within this machine.
    Loopback(TcpStream),
}

impl Stream {
    /// A second handle of the same end.
    ///
    /// # Errors
    /// Where the system has no more of them.
    pub fn try_clone(&self) -> io::Result<Self> {
        match self {
            #[cfg(unix)]
            Self::Pair(stream) => stream.try_clone().map(Self::Pair),
            Self::Loopback(stream) => stream.try_clone().map(Self::Loopback),
        }
    }

    /// Whether the system takes a short frame whole in one call, whoever else writes at the same time: known of Linux.
    pub(crate) fn takes_short_frames_whole(&self) -> bool {
        cfg!(target_os = "linux") && !matches!(self, Self::Loopback(_))
    }
}

#[cfg(unix)]
impl From<UnixStream> for Stream {
    fn from(stream: UnixStream) -> Self {
        Self::Pair(stream)
    }
}

impl From<TcpStream> for Stream {
    fn from(stream: TcpStream) -> Self {
        Self::Loopback(stream)
    }
}

#[cfg(unix)]
impl AsFd for Stream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Pair(stream) => stream.as_fd(),
            Self::Loopback(stream) => stream.as_fd(),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            #[cfg(unix)]
            Self::Pair(stream) => stream.read(buffer),
            Self::Loopback(stream) => stream.read(buffer),
        }
    }
}

/// Of a shared end: each write is one call of the system.
impl Write for &Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            #[cfg(unix)]
            Stream::Pair(stream) => (&*stream).write(bytes),
            Stream::Loopback(stream) => (&*stream).write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
