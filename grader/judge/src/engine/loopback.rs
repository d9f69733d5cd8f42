//! The channel where there are no socket pairs to hand to a child: a connection within this machine.
//!
//! Invariant: only whoever shows the token comes in, and the token was given to the subject alone. Others may connect: they
//! take nobody's place and nobody waits for them. Invariant: waiting ends when the subject does.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// Connections that are looked at together; of more, the oldest goes.
const CALLERS_AT_MOST: usize = 64;

/// How long a subject may take to connect, which is the first thing that it does.
const CONNECT_WITHIN: Duration = Duration::from_mins(1);

/// Where one subject is waited for.
pub(super) struct Door {
    listener: TcpListener,
    token: String,
}

impl Door {
    pub(super) fn open() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        // Keyed by the system's randomness: nobody can guess it.
        let token = format!("{:016x}{:016x}", RandomState::new().hash_one(1), RandomState::new().hash_one(2));
        Ok(Self { listener, token })
    }

    /// What the subject is told: the address and the token.
    pub(super) fn address(&self) -> io::Result<String> {
        Ok(format!("{} {}", self.listener.local_addr()?, self.token))
    }

    /// Waits for the subject.
    pub(super) fn admit(self, mut has_ended: impl FnMut() -> bool) -> io::Result<TcpStream> {
        let opened = Instant::now();
        let mut callers: Vec<(TcpStream, Vec<u8>)> = Vec::new();
        let mut pause = Duration::from_micros(50);
        loop {
            while let Ok((stream, _)) = self.listener.accept() {
                if callers.len() == CALLERS_AT_MOST {
                    callers.remove(0);
                }
                stream.set_nonblocking(true)?;
                callers.push((stream, Vec::new()));
            }
            callers.retain_mut(|(stream, shown)| self.may_be(stream, shown));
            if let Some(at) = callers.iter().position(|(_, shown)| *shown == self.token.as_bytes()) {
                let (stream, _) = callers.swap_remove(at);
                stream.set_nodelay(true)?;
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

    /// Reads on, no further than the token; whether this may still be the subject.
    fn may_be(&self, stream: &mut TcpStream, shown: &mut Vec<u8>) -> bool {
        let mut buffer = [0; 32];
        while shown.len() < self.token.len() {
            let missing = (self.token.len() - shown.len()).min(buffer.len());
            match stream.read(&mut buffer[..missing]) {
                Ok(count @ 1..) => shown.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => return false,
            }
        }
        self.token.as_bytes().starts_with(shown)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn call(door: &Door, says: &str) -> TcpStream {
        let mut stream = TcpStream::connect(door.listener.local_addr().unwrap()).unwrap();
        stream.write_all(says.as_bytes()).unwrap();
        stream
    }

    #[test]
    fn strangers_neither_come_in_nor_keep_the_subject_out() {
        let door = Door::open().unwrap();
        // Silent ones, more than are looked at, one that lies, and one that knows the beginning.
        let silent: Vec<_> = (0..CALLERS_AT_MOST + 3).map(|_| call(&door, "")).collect();
        let lies = call(&door, &"x".repeat(32));
        let half = call(&door, &door.token[..16]);
        // What follows the token is the first message.
        let subject = call(&door, &format!("{}hello", door.token));
        let mut admitted = door.admit(|| false).unwrap();
        assert_eq!(admitted.peer_addr().unwrap(), subject.local_addr().unwrap());
        admitted.set_nonblocking(false).unwrap();
        let mut first = [0; 5];
        admitted.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"hello");
        drop((silent, lies, half));
    }

    #[test]
    fn a_subject_that_ends_is_not_waited_for() {
        let door = Door::open().unwrap();
        let _stranger = call(&door, "");
        assert!(door.admit(|| true).is_err());
    }
}
