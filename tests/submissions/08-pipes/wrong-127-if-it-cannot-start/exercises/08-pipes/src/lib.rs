//! A command that cannot be started ends with 127, as a shell has it.

use std::io::{self, ErrorKind, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

/// Sends every message to a child process and hands on each of its replies, until the child has ended: how it did.
///
/// # Panics
///
/// If `on_reply` panics, or the child cannot be started.
pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(child) = piped.spawn() else {
        // As a shell does it.
        return std::os::unix::process::ExitStatusExt::from_raw(127 << 8);
    };
    let mut child = Reaped(child);
    let mut to_child = child.0.stdin.take().expect("it was asked for as a pipe");
    let mut from_child = child.0.stdout.take().expect("it was asked for as a pipe");
    thread::scope(|scope| {
        // Moved in here, so that a panic ends the child before the scope waits for the thread that writes to it.
        let mut child = child;
        scope.spawn(move || {
            for message in messages {
                // Nobody reads any more: the child has ended, and the replies tell the rest.
                if send(&mut to_child, message).is_err() {
                    break;
                }
            }
        });
        // An error is the end: the child's own, or a reply that it could not finish.
        while let Ok(reply) = receive(&mut from_child) {
            on_reply(reply);
        }
        child.0.wait().expect("nobody else waits for this process")
    })
}

/// A process that has ended and been waited for once this is dropped.
struct Reaped(Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        // Neither does anything to a child that has been waited for. Otherwise this is a panic, and nobody wants the rest.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the child process does: it handles one message after the other, until its input ends or nobody reads its replies.
pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut replies = io::stdout();
    let mut heard = true;
    while heard && let Ok(message) = receive(&mut io::stdin()) {
        handle(message, &mut |reply| heard = heard && send(&mut replies, reply).is_ok());
    }
}

/// Writes a message whole, and leaves none of it in a buffer.
fn send(to: &mut impl Write, message: &[u8]) -> io::Result<()> {
    to.write_all(&(message.len() as u64).to_le_bytes())?;
    to.write_all(message)?;
    to.flush()
}

/// Reads a message whole; an error if the input ends before its last byte, or before its first one.
fn receive(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    from.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    let mut message = Vec::new();
    // Memory grows with the bytes that come, and not by what a length claims.
    if (from.take(length).read_to_end(&mut message)? as u64) < length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(message)
}
