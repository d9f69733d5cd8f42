//! One thread does it all, as a loop over `select` would: it writes what there is room for, and passes on what has come.

use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, ExitStatus, Stdio};

struct Reap(Child);
impl Drop for Reap {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let (mut line, theirs) = UnixStream::pair().unwrap();
    let theirs = OwnedFd::from(theirs);
    let mut child = Reap(command.stdin(theirs.try_clone().unwrap()).stdout(Stdio::from(theirs)).spawn().unwrap());
    drop(command);
    line.set_nonblocking(true).unwrap();
    let mut out: Vec<u8> = Vec::new();
    for message in messages {
        out.extend((message.len() as u64).to_be_bytes());
        out.extend(message);
    }
    let mut rest = &out[..];
    let mut open = true;
    let mut got = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let mut moved = false;
        while open {
            if rest.is_empty() {
                let _ = line.shutdown(std::net::Shutdown::Write);
                open = false;
                break;
            }
            match line.write(rest) {
                Ok(count) => {
                    rest = &rest[count..];
                    moved = true;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => open = false,
            }
        }
        match line.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                got.extend_from_slice(&buffer[..count]);
                moved = true;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
        while got.len() >= 8 {
            let length = u64::from_be_bytes(got[..8].try_into().unwrap()) as usize;
            if got.len() < 8 + length {
                break;
            }
            let rest = got.split_off(8 + length);
            let reply = std::mem::replace(&mut got, rest).split_off(8);
            on_reply(reply);
        }
        if !moved {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }
    child.0.wait().unwrap()
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut input = std::io::stdin().lock();
    let mut stdout = std::io::stdout().lock();
    let mut ok = true;
    let mut length = [0u8; 8];
    while ok && input.read_exact(&mut length).is_ok() {
        let mut message = vec![0u8; u64::from_be_bytes(length) as usize];
        if input.read_exact(&mut message).is_err() {
            return;
        }
        handle(message, &mut |reply| {
            if ok {
                let mut frame = (reply.len() as u64).to_be_bytes().to_vec();
                frame.extend_from_slice(reply);
                ok = stdout.write_all(&frame).is_ok() && stdout.flush().is_ok();
            }
        });
    }
}
