//! The child has a thread that writes its replies, so that `handle` never waits for the parent.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
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
    thread::scope(|scope| {
        let mut child = child;
        scope.spawn(move || messages.iter().try_for_each(|message| send(&mut stdin, message)));
        while let Ok(reply) = receive(&mut stdout) {
            on_reply(reply);
        }
        child.0.wait().unwrap()
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let (sender, replies) = channel::<Vec<u8>>();
    let writer = thread::spawn(move || {
        for reply in replies {
            if send(&mut io::stdout(), &reply).is_err() {
                return;
            }
        }
    });
    let mut lost = false;
    while let Ok(message) = receive(&mut io::stdin()) {
        handle(message, &mut |reply| lost |= sender.send(reply.to_vec()).is_err());
        if lost {
            break;
        }
    }
    drop(sender);
    let _ = writer.join();
}
