//! A message is sent; its replies are read until the child says that it has handled it; then comes the next message. So
//! no pipe is ever full.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};

/// In place of a length.
const HANDLED: u32 = u32::MAX;

fn send(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(&(bytes.len() as u32).to_be_bytes())?;
    to.write_all(bytes)?;
    to.flush()
}

/// `None`: the message has been handled.
fn receive(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length == HANDLED {
        return Ok(None);
    }
    let mut bytes = vec![0; length as usize];
    from.read_exact(&mut bytes)?;
    Ok(Some(bytes))
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
    'messages: for message in messages {
        let _ = send(&mut stdin, message);
        loop {
            match receive(&mut stdout) {
                Ok(Some(reply)) => on_reply(reply),
                Ok(None) => break,
                Err(_) => break 'messages,
            }
        }
    }
    drop(stdin);
    child.0.wait().unwrap()
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    while let Ok(Some(message)) = receive(&mut io::stdin()) {
        let mut stdout = io::stdout();
        let mut lost = false;
        handle(message, &mut |reply| lost |= send(&mut stdout, reply).is_err());
        if lost || stdout.write_all(&HANDLED.to_be_bytes()).and_then(|()| stdout.flush()).is_err() {
            return;
        }
    }
}
