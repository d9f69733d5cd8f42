//! A child for each message: it reads its input to the end, and what it says to the end are its replies.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
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

fn one(command: &mut Command, message: Option<&[u8]>, on_reply: &mut impl FnMut(Vec<u8>)) -> ExitStatus {
    let mut child = Reaped(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a child"));
    let mut stdin = child.0.stdin.take().unwrap();
    let mut stdout = child.0.stdout.take().unwrap();
    thread::scope(|scope| {
        let mut child = child;
        scope.spawn(move || message.map(|message| send(&mut stdin, message)));
        while let Ok(reply) = receive(&mut stdout) {
            on_reply(reply);
        }
        child.0.wait().unwrap()
    })
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let mut status = None;
    for message in messages {
        let ended = one(&mut command, Some(message), &mut on_reply);
        status = Some(ended);
        if !ended.success() {
            break;
        }
    }
    status.unwrap_or_else(|| one(&mut command, None, &mut on_reply))
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
