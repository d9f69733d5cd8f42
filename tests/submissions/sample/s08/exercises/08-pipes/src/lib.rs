//! First all messages are sent and the child's input is closed, then all replies are read.

use std::io::{self, Read, Write};
use std::process::{Command, ExitStatus, Stdio};

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

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a child");
    let mut stdin = child.stdin.take().unwrap();
    for message in messages {
        if send(&mut stdin, message).is_err() {
            break;
        }
    }
    drop(stdin);
    let mut stdout = child.stdout.take().unwrap();
    while let Ok(reply) = receive(&mut stdout) {
        on_reply(reply);
    }
    child.wait().unwrap()
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
