//! One thread writes, one reads into a channel, and the calling thread takes the replies out of it.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;

const HEAD: usize = size_of::<u32>();

fn write(mut to: impl Write, bytes: &[u8]) -> bool {
    let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    let whole = [&length, bytes].concat();
    to.write_all(&whole).is_ok() && to.flush().is_ok()
}

fn read(mut from: impl Read) -> Option<Vec<u8>> {
    let mut head = [0; HEAD];
    from.read_exact(&mut head).ok()?;
    let mut bytes = vec![0; u32::from_be_bytes(head) as usize];
    from.read_exact(&mut bytes).ok().map(|()| bytes)
}

struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    thread::scope(|scope| {
        let mut guard = Guard(child);
        let stdin = guard.0.stdin.take().unwrap();
        let stdout = guard.0.stdout.take().unwrap();
        scope.spawn(move || {
            let mut stdin = stdin;
            for message in messages {
                assert!(write(&mut stdin, message), "the child reads all messages");
            }
        });
        let (sender, replies) = mpsc::channel();
        scope.spawn(move || {
            let mut stdout = stdout;
            while let Some(reply) = read(&mut stdout) {
                if sender.send(reply).is_err() {
                    return;
                }
            }
        });
        for reply in replies {
            on_reply(reply);
        }
        guard.0.wait().unwrap()
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut listening = true;
    while listening {
        let Some(message) = read(std::io::stdin()) else { break };
        handle(message, &mut |reply: &[u8]| listening &= write(std::io::stdout(), reply));
    }
}
