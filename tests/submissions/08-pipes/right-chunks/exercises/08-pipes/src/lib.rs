//! Messages travel in pieces of at most 65,535 bytes, each with its length in two bytes. A piece of none is the end of a message.

use std::io::{BufWriter, Error, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::sync_channel;
use std::thread;

fn write_message(to: &mut impl Write, message: &[u8]) -> Result<(), Error> {
    let mut to = BufWriter::with_capacity(1 << 12, to);
    for piece in message.chunks(usize::from(u16::MAX)) {
        to.write_all(&(piece.len() as u16).to_be_bytes())?;
        to.write_all(piece)?;
    }
    to.write_all(&[0, 0])?;
    to.flush()
}

fn read_message(from: &mut impl Read) -> Result<Vec<u8>, Error> {
    let mut message = Vec::new();
    loop {
        let mut head = [0; 2];
        from.read_exact(&mut head)?;
        let length = usize::from(u16::from_be_bytes(head));
        if length == 0 {
            return Ok(message);
        }
        let before = message.len();
        message.resize(before + length, 0);
        from.read_exact(&mut message[before..])?;
    }
}

struct Conversation {
    child: Child,
    from: ChildStdout,
}

impl Conversation {
    fn begin(command: &mut Command) -> (Self, ChildStdin) {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("begin");
        let to = child.stdin.take().unwrap();
        let from = child.stdout.take().unwrap();
        (Self { child, from }, to)
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let (conversation, mut to) = Conversation::begin(&mut command);
    // The writer takes its messages from a queue with room for one.
    let (queue, waiting) = sync_channel::<&[u8]>(1);
    thread::scope(|scope| {
        let mut conversation = conversation;
        scope.spawn(move || {
            for message in waiting {
                if write_message(&mut to, message).is_err() {
                    return;
                }
            }
        });
        scope.spawn(move || {
            for message in messages {
                if queue.send(message).is_err() {
                    return;
                }
            }
        });
        while let Ok(reply) = read_message(&mut conversation.from) {
            on_reply(reply);
        }
        conversation.child.wait().unwrap()
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let stdout = &mut std::io::stdout();
    let stdin = &mut std::io::stdin();
    let mut outcome = Ok(());
    while outcome.is_ok() {
        let Ok(message) = read_message(stdin) else { return };
        handle(message, &mut |reply| {
            if outcome.is_ok() {
                outcome = write_message(stdout, reply).and_then(|()| stdout.flush());
            }
        });
    }
}
