//! The channel where there are no socket pairs to hand to a child: a connection within this machine.
//!
//! Invariant: only whoever shows the token comes in, and the token was given to the subject alone, all of its processes. Others may
//! connect: they take nobody's place and nobody waits for them. Invariant: waiting ends when the subject does.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read};
use std::net::{TcpListener, TcpStream};
#[cfg(unix)]
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

/// Connections that are looked at together; of more, the oldest goes.
const CALLERS_AT_MOST: usize = 64;

/// How long a subject may take to connect, which is the first thing that it does.
const CONNECT_WITHIN: Duration = Duration::from_mins(1);

/// Where one subject is waited for, and then the worker processes that it may start.
pub struct Entrance {
    listener: TcpListener,
    token: String,
    /// Who has connected, and what each has shown so far.
    callers: Vec<(TcpStream, Vec<u8>)>,
}

impl Entrance {
    pub(super) fn open() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        // Keyed by the system's randomness: nobody can guess it.
        let token = format!("{:016x}{:016x}", RandomState::new().hash_one(1), RandomState::new().hash_one(2));
        Ok(Self { listener, token, callers: Vec::new() })
    }

    /// What the subject is told: the address and the token.
    pub(super) fn address(&self) -> io::Result<String> {
        Ok(format!("{} {}", self.listener.local_addr()?, self.token))
    }

    /// Waits for the subject.
    pub(super) fn admit(&mut self, mut has_ended: impl FnMut() -> bool) -> io::Result<TcpStream> {
        let opened = Instant::now();
        let mut pause = Duration::from_micros(50);
        loop {
            if let Some(stream) = self.next()? {
                return Ok(stream);
            }
            if has_ended() {
                return Err(io::Error::other("it ended before it had connected to the judge"));
            }
            if opened.elapsed() > CONNECT_WITHIN {
                let why = "it did not connect to the judge: something (a firewall?) keeps it from 127.0.0.1";
                return Err(io::Error::new(io::ErrorKind::TimedOut, why));
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(5));
        }
    }

    /// Who has shown the token by now, without waiting.
    pub(super) fn next(&mut self) -> io::Result<Option<TcpStream>> {
        while let Ok((stream, _)) = self.listener.accept() {
            if self.callers.len() == CALLERS_AT_MOST {
                self.callers.remove(0);
            }
            stream.set_nonblocking(true)?;
            self.callers.push((stream, Vec::new()));
        }
        let token = self.token.as_bytes();
        self.callers.retain_mut(|(stream, shown)| may_show(token, stream, shown));
        let Some(at) = self.callers.iter().position(|(_, shown)| shown == token) else { return Ok(None) };
        let (stream, _) = self.callers.swap_remove(at);
        stream.set_nodelay(true)?;
        Ok(Some(stream))
    }
}

#[cfg(unix)]
impl AsFd for Entrance {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.listener.as_fd()
    }
}

/// Reads on, no further than the token; whether this may still be the subject.
fn may_show(token: &[u8], stream: &mut TcpStream, shown: &mut Vec<u8>) -> bool {
    let mut buffer = [0; 32];
    while shown.len() < token.len() {
        let missing = (token.len() - shown.len()).min(buffer.len());
        match stream.read(&mut buffer[..missing]) {
            Ok(count @ 1..) => shown.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return false,
        }
    }
    token.starts_with(shown)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn call(entrance: &Entrance, says: &str) -> TcpStream {
        let mut stream = TcpStream::connect(entrance.listener.local_addr().unwrap()).unwrap();
        stream.write_all(says.as_bytes()).unwrap();
        stream
    }

    #[test]
    fn strangers_neither_come_in_nor_keep_the_subject_out() {
        let mut entrance = Entrance::open().unwrap();
        // Silent ones, more than are looked at, one that lies, and one that knows the beginning.
        let silent: Vec<_> = (0..CALLERS_AT_MOST + 3).map(|_| call(&entrance, "")).collect();
        let lies = call(&entrance, &"x".repeat(32));
        let half = call(&entrance, &entrance.token[..16]);
        // What follows the token is the first message.
        let subject = call(&entrance, &format!("{}hello", entrance.token));
        let mut admitted = entrance.admit(|| false).unwrap();
        assert_eq!(admitted.peer_addr().unwrap(), subject.local_addr().unwrap());
        admitted.set_nonblocking(false).unwrap();
        let mut first = [0; 5];
        admitted.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"hello");
        drop((silent, lies, half));
    }

    #[test]
    fn a_subject_that_ends_is_not_waited_for() {
        let mut entrance = Entrance::open().unwrap();
        let _stranger = call(&entrance, "");
        assert!(entrance.admit(|| true).is_err());
    }
}
