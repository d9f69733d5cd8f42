//! One long buffer is written by a thread. After a panic of `on_reply` the other replies are read and thrown away, and then the panic goes on.

use std::io::{BufRead, BufReader, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::{Command, ExitStatus, Stdio};

// COBS: no zero inside, a zero at the end.
fn encode(message: &[u8], out: &mut Vec<u8>) {
    for (i, part) in message.split(|&byte| byte == 0).enumerate() {
        let _ = i;
        let mut chunks = part.chunks(254).peekable();
        if chunks.peek().is_none() {
            out.push(1);
            continue;
        }
        while let Some(chunk) = chunks.next() {
            let full = chunk.len() == 254;
            out.push(u8::try_from(chunk.len() + 1).unwrap());
            out.extend_from_slice(chunk);
            if full && chunks.peek().is_none() {
                out.push(1);
            }
        }
    }
    out.push(0);
}

fn decode(frame: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(frame.len());
    let mut at = 0;
    let mut zero = false;
    while at < frame.len() {
        let code = usize::from(frame[at]);
        if zero {
            out.push(0);
        }
        out.extend_from_slice(&frame[at + 1..at + code]);
        zero = code < 255;
        at += code;
    }
    out
}

fn frames(from: impl BufRead) -> impl Iterator<Item = Vec<u8>> {
    let mut from = from;
    std::iter::from_fn(move || {
        let mut frame = Vec::new();
        from.read_until(0, &mut frame).ok()?;
        (frame.pop()? == 0).then(|| decode(&frame))
    })
}

pub fn exchange<R>(command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let mut command = command;
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("spawn");
    let mut stdin = child.stdin.take().expect("piped");
    let stdout = child.stdout.take().expect("piped");
    let all = {
        let mut all = Vec::new();
        for message in messages {
            encode(message, &mut all);
        }
        all
    };
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(&all);
    });
    let mut replies = frames(BufReader::with_capacity(1 << 16, stdout));
    let outcome = catch_unwind(AssertUnwindSafe(|| replies.by_ref().for_each(&mut on_reply)));
    replies.for_each(drop);
    writer.join().expect("the writer does not panic");
    let status = child.wait().expect("wait");
    match outcome {
        Ok(()) => status,
        Err(payload) => resume_unwind(payload),
    }
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut broken = false;
    for message in frames(std::io::stdin().lock()) {
        handle(message, &mut |reply: &[u8]| {
            if broken {
                return;
            }
            let mut frame = Vec::new();
            encode(reply, &mut frame);
            let mut out = std::io::stdout().lock();
            broken = out.write_all(&frame).and_then(|()| out.flush()).is_err();
        });
        if broken {
            break;
        }
    }
}
