//! The messages wait in a channel with room for one; the calling thread takes one, sends it, and looks for replies in between.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

fn send(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(&(bytes.len() as u32).to_be_bytes())?;
    to.write_all(bytes)?;
    to.flush()
}

fn receive(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let mut bytes = vec![0; u32::from_be_bytes(length) as usize];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

struct Reaped(Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let mut child = Reaped(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a child"));
    let mut stdin = child.0.stdin.take().unwrap();
    let mut stdout = child.0.stdout.take().unwrap();
    let (sender, replies): (SyncSender<Vec<u8>>, Receiver<_>) = sync_channel(1);
    thread::scope(|scope| {
        let mut child = child;
        scope.spawn(move || {
            while let Ok(reply) = receive(&mut stdout) {
                if sender.send(reply).is_err() {
                    return;
                }
            }
        });
        for message in messages {
            if send(&mut stdin, message).is_err() {
                break;
            }
            for reply in replies.try_iter() {
                on_reply(reply);
            }
        }
        drop(stdin);
        for reply in replies {
            on_reply(reply);
        }
        child.0.wait().unwrap()
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut nobody_reads = false;
    while let Ok(message) = receive(&mut io::stdin()) {
        handle(message, &mut |reply| nobody_reads |= send(&mut io::stdout(), reply).is_err());
        if nobody_reads {
            return;
        }
    }
}
