//! A child that fails is an error, and an error is a panic.

use std::io::{self, BufReader, Read, Stdin, Stdout, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

/// What comes in, until the end or until something is not whole.
struct Incoming<R>(BufReader<R>);

impl<R: Read> Iterator for Incoming<R> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut length = [0; 5];
        self.0.read_exact(&mut length).ok()?;
        let length = length.iter().fold(0, |length, &byte| length << 8 | usize::from(byte));
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }
}

struct Outgoing<W: Write> {
    writer: W,
    closed: bool,
}

impl<W: Write> Outgoing<W> {
    fn send(&mut self, bytes: &[u8]) {
        if self.closed {
            return;
        }
        let length = (bytes.len() as u64).to_be_bytes();
        let all = length[3..].iter().chain(bytes).copied().collect::<Vec<u8>>();
        self.closed = self.writer.write_all(&all).and_then(|()| self.writer.flush()).is_err();
    }
}

fn link<R: Read, W: Write>(reader: R, writer: W) -> (Incoming<R>, Outgoing<W>) {
    (Incoming(BufReader::new(reader)), Outgoing { writer, closed: false })
}

fn own_link() -> (Incoming<Stdin>, Outgoing<Stdout>) {
    link(io::stdin(), io::stdout())
}

struct WaitedFor(Child);

impl Drop for WaitedFor {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the child");
    let (incoming, mut outgoing) = link(child.stdout.take().unwrap(), child.stdin.take().unwrap());
    thread::scope(|scope| {
        let mut child = WaitedFor(child);
        scope.spawn(move || {
            for message in messages {
                outgoing.send(message);
                if outgoing.closed {
                    break;
                }
            }
        });
        incoming.for_each(on_reply);
        let status = child.0.wait().unwrap();
        assert!(status.success(), "the child failed: {status}");
        status
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let (incoming, mut outgoing) = own_link();
    for message in incoming {
        handle(message, &mut |reply| outgoing.send(reply));
        if outgoing.closed {
            return;
        }
    }
}
