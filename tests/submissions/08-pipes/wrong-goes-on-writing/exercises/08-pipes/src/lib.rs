//! What could not be sent is tried again: nothing must be lost.

use std::io::{self, ErrorKind, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

fn send(pipe: &mut dyn Write, data: &[u8]) -> io::Result<()> {
    pipe.write_all(&(data.len() as u32).to_le_bytes())?;
    pipe.write_all(data)?;
    pipe.flush()
}

/// `None`: the end.
fn recv(pipe: &mut dyn Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0u8; 4];
    match pipe.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut data = vec![0; u32::from_le_bytes(length) as usize];
    match pipe.read_exact(&mut data) {
        Ok(()) => Ok(Some(data)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("no child");
    let mut stdin = process.stdin.take().expect("stdin");
    let mut stdout = process.stdout.take().expect("stdout");
    let copies = messages.to_vec();
    let writer = thread::spawn(move || {
        for message in copies {
            while send(&mut stdin, &message).is_err() {}
        }
    });
    let talk = catch_unwind(AssertUnwindSafe(|| {
        while let Ok(Some(reply)) = recv(&mut stdout) {
            on_reply(reply);
        }
    }));
    if talk.is_err() {
        let _ = process.kill();
    }
    let status = process.wait();
    let _ = writer.join();
    match talk {
        Ok(()) => status.expect("the child can be waited for"),
        Err(payload) => resume_unwind(payload),
    }
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut stdin = io::stdin().lock();
    let mut stdout = io::stdout().lock();
    let mut result = Ok(());
    while let Ok(Some(message)) = recv(&mut stdin) {
        handle(message, &mut |reply| {
            if result.is_ok() {
                result = send(&mut stdout, reply);
            }
        });
        if result.is_err() {
            break;
        }
    }
}
