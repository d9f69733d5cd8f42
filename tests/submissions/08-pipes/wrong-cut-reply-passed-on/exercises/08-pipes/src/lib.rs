//! What has arrived is passed on.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::thread;

fn frame(bytes: &[u8]) -> Vec<u8> {
    let mut frame = (bytes.len() as u64).to_le_bytes().to_vec();
    frame.extend(bytes);
    frame
}

fn next(from: &mut impl Read) -> Option<Vec<u8>> {
    let mut length = [0; 8];
    from.read_exact(&mut length).ok()?;
    let length = u64::from_le_bytes(length);
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

struct Owned(Child);

impl Drop for Owned {
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let mut owned = Owned(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap());
    let mut stdin = owned.0.stdin.take().unwrap();
    let mut stdout = owned.0.stdout.take().unwrap();
    thread::scope(|scope| {
        let writer = thread::Builder::new().name("writer".into());
        let mut owned = owned;
        let started = writer.spawn_scoped(scope, move || {
            messages.iter().take_while(|message| stdin.write_all(&frame(message)).is_ok()).count()
        });
        let writer = started.expect("a thread");
        while let Some(reply) = next(&mut stdout) {
            on_reply(reply);
        }
        let status = owned.0.wait().unwrap();
        let sent = writer.join().unwrap();
        if sent < messages.len() {
            eprintln!("{sent} of {} messages were sent: {status}", messages.len());
        }
        status
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let (sender, messages) = channel();
    thread::spawn(move || {
        let mut stdin = io::stdin().lock();
        while let Some(message) = next(&mut stdin) {
            if sender.send(message).is_err() {
                return;
            }
        }
    });
    let mut gone = false;
    for message in messages {
        handle(message, &mut |reply| {
            let mut stdout = io::stdout().lock();
            gone |= stdout.write_all(&frame(reply)).and_then(|()| stdout.flush()).is_err();
        });
        if gone {
            return;
        }
    }
}
