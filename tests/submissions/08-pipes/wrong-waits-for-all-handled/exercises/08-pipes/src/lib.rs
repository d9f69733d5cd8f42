//! The child says when it has handled a message. Once all have been handled the call is over; if the child ends with status 0, they are.

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
    let (sender, heard) = channel();
    thread::scope(|scope| {
        let mut child = child;
        // Kept until all has been handled: the reader may end before.
        let last = sender.clone();
        scope.spawn(move || messages.iter().try_for_each(|message| send(&mut stdin, message)));
        scope.spawn(move || {
            while let Ok(mut frame) = receive(&mut stdout) {
                let handled = frame.pop() == Some(1);
                if sender.send((handled, frame)).is_err() {
                    return;
                }
            }
        });
        let mut open = messages.len();
        while open > 0 {
            match heard.recv() {
                Ok((true, _)) => open -= 1,
                Ok((false, reply)) => on_reply(reply),
                Err(_) => break,
            }
        }
        drop(last);
        child.0.wait().unwrap()
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    while let Ok(message) = receive(&mut io::stdin()) {
        let say = |bytes: &[u8], tag: u8| send(&mut io::stdout(), &[bytes, &[tag]].concat());
        let mut lost = false;
        handle(message, &mut |reply| lost |= say(reply, 0).is_err());
        if lost || say(&[], 1).is_err() {
            return;
        }
    }
}
