//! Exercise 08: a conversation with another process over two pipes (Python: `Pipe()`, `send_bytes`, `recv_bytes`).
//!
//! Fill in [`exchange`], which runs in the process that has the messages, and [`child`], which runs in the one that handles
//! them. The lesson, with hints, is in `README.md` beside this package's `Cargo.toml`; check your answer with
//! `cargo test -p exercise-08`.

use std::process::{Command, ExitStatus};

/// Sends every message to a child process and hands on each of its replies, until the child has ended: how it did.
///
/// `command` starts the child: this program again, in which [`child`] is called. Its standard input and output are
/// yours to connect, and arguments and variables may be added; take nothing away. Exactly one child is started, also when
/// there are no messages. What goes to standard error is for people: the child's panics are printed there.
///
/// What a caller may rely on:
///
/// - The child handles the messages in their order, each exactly once and whole, whatever bytes it holds: none, newlines,
///   zeros, 8 MiB of them. Nothing but its length and its bytes says where a message ends.
/// - A message may have no reply, one, or thousands. Each is passed to `on_reply` once and whole, in the order in which the
///   child gave them, on the calling thread. A reply may be empty, too.
/// - A reply is passed on as soon as it is given: it waits for no other reply and not for the end of its message's handling.
/// - The child never waits for a message while there are more, also while `on_reply` is busy and replies are short (at most
///   1 KiB each, and 16 of them not passed on yet).
/// - However long messages and replies are, both sides go on: neither end waits for the other to listen first.
/// - After the last message the child's input ends, [`child`] returns, and the call returns the child's status, once every
///   reply has been passed on.
/// - A child that ends early ends the call with its status: replies that arrived whole are passed on, one that was cut off
///   is not, messages that were not handled are dropped. That is no panic.
/// - When the call returns or panics, the child has ended and been waited for. Waiting sleeps.
///
/// # Panics
///
/// If `on_reply` panics, or the child cannot be started.
pub fn exchange<R>(command: Command, messages: &[Vec<u8>], on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let _ = (command, messages, on_reply);
    todo!()
}

/// What the child process does: it takes messages from its parent, one after the other, and calls `handle` for each with the
/// message and with the function that sends a reply. It returns when its input has ended, or when nobody reads its replies
/// any more.
///
/// The function that sends a reply returns once the reply is on its way. If nobody reads any more, it returns as well, and
/// does not panic.
pub fn child<H>(handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    drop(handle);
    todo!()
}
