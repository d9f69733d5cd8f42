//! The writer waits until the message before is handled: so no pipe is full, and the child is never in arrears.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

const AHEAD: usize = 1;
/// In place of a length: the message before is handled.
const HANDLED: u64 = u64::MAX;

fn send(mut to: impl Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(&(bytes.len() as u64).to_be_bytes())?;
    to.write_all(bytes)?;
    to.flush()
}

enum Heard {
    Bytes(Vec<u8>),
    Handled,
}

fn hear(mut from: impl Read) -> io::Result<Heard> {
    let mut head = [0; 8];
    from.read_exact(&mut head)?;
    match u64::from_be_bytes(head) {
        HANDLED => Ok(Heard::Handled),
        length => {
            let mut bytes = vec![0; length as usize];
            from.read_exact(&mut bytes)?;
            Ok(Heard::Bytes(bytes))
        }
    }
}

fn write_with_credit(mut to: impl Write, messages: &[Vec<u8>], credit: &Receiver<()>) {
    for message in messages {
        if credit.recv().is_err() || send(&mut to, message).is_err() {
            return;
        }
    }
}

struct Kill(Child);

impl Drop for Kill {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a process");
    let (credits, credit): (Sender<()>, _) = channel();
    for _ in 0..AHEAD {
        credits.send(()).unwrap();
    }
    thread::scope(|scope| {
        let mut child = Kill(child);
        let to = child.0.stdin.take().unwrap();
        let mut from = child.0.stdout.take().unwrap();
        scope.spawn(move || write_with_credit(to, messages, &credit));
        // A thread of its own reads, so that credit comes back also while `on_reply` is busy.
        let (pass, replies) = channel();
        scope.spawn(move || {
            while let Ok(heard) = hear(&mut from) {
                let gone = match heard {
                    Heard::Bytes(reply) => pass.send(reply).is_err(),
                    Heard::Handled => {
                        let _ = credits.send(());
                        false
                    }
                };
                if gone {
                    return;
                }
            }
        });
        replies.into_iter().for_each(&mut on_reply);
        child.0.wait().unwrap()
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut stdout = io::stdout();
    while let Ok(Heard::Bytes(message)) = hear(io::stdin()) {
        let mut lost = false;
        handle(message, &mut |reply| lost = lost || send(&mut stdout, reply).is_err());
        if lost || stdout.write_all(&HANDLED.to_be_bytes()).is_err() || stdout.flush().is_err() {
            return;
        }
    }
}
