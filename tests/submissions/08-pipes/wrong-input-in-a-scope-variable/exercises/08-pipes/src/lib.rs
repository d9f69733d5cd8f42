//! A byte of its own ends each message, and is escaped inside. The input is shared, so that others may write, too.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

const END: u8 = 0xC0;
const ESCAPE: u8 = 0xDB;
const ESCAPED_END: u8 = 0xDC;
const ESCAPED_ESCAPE: u8 = 0xDD;

fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 16);
    for &byte in message {
        match byte {
            END => out.extend([ESCAPE, ESCAPED_END]),
            ESCAPE => out.extend([ESCAPE, ESCAPED_ESCAPE]),
            _ => out.push(byte),
        }
    }
    out.push(END);
    out
}

fn unstuffed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut bytes = bytes.iter();
    while let Some(&byte) = bytes.next() {
        out.push(match byte {
            ESCAPE if bytes.next() == Some(&ESCAPED_END) => END,
            ESCAPE => ESCAPE,
            _ => byte,
        });
    }
    out
}

/// A message that has its end.
fn next(from: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut bytes = vec![];
    from.read_until(END, &mut bytes).ok()?;
    match bytes.pop() {
        Some(END) => Some(unstuffed(&bytes)),
        _ => None,
    }
}

struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let mut child = Ends(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a child"));
    let input = Arc::new(Mutex::new(child.0.stdin.take().unwrap()));
    let mut output = BufReader::new(child.0.stdout.take().unwrap());
    thread::scope(move |scope| {
        let mut child = child;
        let shared = Arc::clone(&input);
        scope.spawn(move || {
            messages.iter().all(|message| shared.lock().unwrap().write_all(&stuffed(message)).is_ok())
        });
        while let Some(reply) = next(&mut output) {
            on_reply(reply);
        }
        child.0.wait().unwrap()
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut input = io::stdin().lock();
    let mut failed = None;
    while failed.is_none() {
        let Some(message) = next(&mut input) else { break };
        let mut reply = |bytes: &[u8]| {
            if failed.is_none() {
                let mut output = io::stdout().lock();
                failed = output.write_all(&stuffed(bytes)).and_then(|()| output.flush()).err();
            }
        };
        handle(message, &mut reply);
    }
}
