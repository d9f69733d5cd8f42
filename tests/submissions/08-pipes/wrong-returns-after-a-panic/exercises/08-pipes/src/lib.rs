//! A panic of handle is caught, and the child ends in order.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};

fn send(to: &mut impl Write, bytes: &[u8]) -> std::io::Result<()> {
    to.write_all(&(bytes.len() as u64).to_be_bytes())?;
    to.write_all(bytes)?;
    to.flush()
}

fn receive(from: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut length = [0; 8];
    from.read_exact(&mut length)?;
    let length = u64::from_be_bytes(length);
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

struct Guard(Child);
impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the child starts");
    let mut input = child.stdin.take().unwrap();
    let mut output = child.stdout.take().unwrap();
    std::thread::scope(|scope| {
        let mut guard = Guard(child);
        scope.spawn(move || {
            for message in messages {
                if send(&mut input, message).is_err() {
                    break;
                }
            }
        });
        while let Ok(reply) = receive(&mut output) {
            on_reply(reply);
        }
        guard.0.wait().unwrap()
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    let mut gone = false;
    while let Ok(message) = receive(&mut input) {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            handle(message, &mut |reply| {
                if !gone && send(&mut output, reply).is_err() {
                    gone = true;
                }
            })
        }));
        if caught.is_err() {
            return;
        }
        if gone {
            break;
        }
    }
}
