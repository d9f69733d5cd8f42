//! One loop on the calling thread: replies, their end and the status all come through one channel without room, and a thread waits for the child.

use std::io::{BufReader, BufWriter, Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;

enum Event {
    Reply(Vec<u8>),
    Silence,
    Ended(ExitStatus),
}

trait Frame: Sized {
    fn put(&self, to: &mut dyn Write) -> std::io::Result<()>;
    fn get(from: &mut dyn Read) -> Option<Self>;
}

impl Frame for Vec<u8> {
    fn put(&self, to: &mut dyn Write) -> std::io::Result<()> {
        // LEB128
        let mut n = self.len();
        loop {
            let low = (n & 0x7f) as u8;
            n >>= 7;
            to.write_all(&[if n > 0 { low | 0x80 } else { low }])?;
            if n == 0 {
                break;
            }
        }
        to.write_all(self)?;
        to.flush()
    }

    fn get(from: &mut dyn Read) -> Option<Self> {
        let (mut n, mut shift) = (0usize, 0);
        loop {
            let mut byte = [0];
            from.read_exact(&mut byte).ok()?;
            n |= usize::from(byte[0] & 0x7f) << shift;
            shift += 7;
            if byte[0] < 0x80 {
                break;
            }
        }
        let mut body = vec![0; n];
        from.read_exact(&mut body).ok()?;
        Some(body)
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("child");
    let stdin = child.stdin.take().unwrap();
    let stdout = child.stdout.take().unwrap();
    thread::scope(|scope| {
        // The receiver lives in here: a panic of on_reply drops it, then all threads come to their end.
        let (events, inbox) = mpsc::sync_channel(0);
        let ended = events.clone();
        scope.spawn(move || {
            let mut to = BufWriter::with_capacity(1 << 20, stdin);
            for message in messages {
                if message.put(&mut to).is_err() {
                    // The buffer must not be written again when it is dropped.
                    drop(to.into_parts());
                    return;
                }
            }
        });
        scope.spawn(move || {
            let mut from = BufReader::new(stdout);
            while let Some(reply) = Vec::get(&mut from) {
                if events.send(Event::Reply(reply)).is_err() {
                    return;
                }
            }
            let _ = events.send(Event::Silence);
        });
        scope.spawn(move || {
            let status = child.wait().expect("wait");
            let _ = ended.send(Event::Ended(status));
        });
        let (mut status, mut silent) = (None, false);
        for event in inbox {
            match event {
                Event::Reply(reply) => on_reply(reply),
                Event::Silence => silent = true,
                Event::Ended(with) => status = Some(with),
            }
            if let (Some(status), true) = (status, silent) {
                return status;
            }
        }
        unreachable!("both threads have spoken")
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut from = BufReader::new(std::io::stdin());
    let mut to = BufWriter::new(std::io::stdout());
    let mut listening = true;
    while listening && let Some(message) = Vec::get(&mut from) {
        handle(message, &mut |reply| {
            listening = listening && reply.to_vec().put(&mut to).is_ok();
        });
    }
    drop(to.into_parts());
}
