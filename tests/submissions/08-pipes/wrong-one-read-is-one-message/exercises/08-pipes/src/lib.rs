//! What one side writes in one call, the other one reads in one call.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

fn receive(from: &mut impl Read) -> Option<Vec<u8>> {
    let mut buffer = vec![0; 9 << 20];
    match from.read(&mut buffer) {
        Ok(0) | Err(_) => None,
        Ok(length) => {
            buffer.truncate(length);
            Some(buffer)
        }
    }
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
        scope.spawn(move || messages.iter().try_for_each(|message| stdin.write_all(message)));
        while let Some(reply) = receive(&mut stdout) {
            on_reply(reply);
        }
        child.0.wait().unwrap()
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    while let Some(message) = receive(&mut io::stdin()) {
        handle(message, &mut |reply| {
            let _ = io::stdout().write_all(reply).and_then(|()| io::stdout().flush());
        });
    }
}
