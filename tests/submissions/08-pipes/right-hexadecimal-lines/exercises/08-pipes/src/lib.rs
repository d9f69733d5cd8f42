//! Everything is text: a message is a line of hexadecimal digits. Twice as long, and nothing can be mistaken for the end.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

fn line_of(bytes: &[u8]) -> Vec<u8> {
    let digits = b"0123456789abcdef";
    let mut line = Vec::with_capacity(2 * bytes.len() + 1);
    for &byte in bytes {
        line.push(digits[usize::from(byte >> 4)]);
        line.push(digits[usize::from(byte & 15)]);
    }
    line.push(b'\n');
    line
}

fn bytes_of(line: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = Vec::with_capacity(line.len() / 2);
    for two in line.as_bytes().chunks_exact(2) {
        bytes.push(digit(two[0])? << 4 | digit(two[1])?);
    }
    Some(bytes)
}

/// The next whole line, without its end.
fn next_line(from: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    from.read_line(&mut line).ok()?;
    line.strip_suffix('\n').map(str::to_owned)
}

struct Process(Child);

impl Process {
    fn status(&mut self) -> ExitStatus {
        self.0.wait().expect("status")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if thread::panicking() {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{error}"));
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    thread::scope(|scope| {
        let mut process = Process(child);
        scope.spawn(move || {
            let mut stdin = stdin.unwrap();
            for message in messages {
                if stdin.write_all(&line_of(message)).is_err() {
                    break;
                }
            }
        });
        let mut replies = BufReader::new(stdout.unwrap());
        while let Some(reply) = next_line(&mut replies) {
            on_reply(bytes_of(&reply).expect("the child writes digits"));
        }
        drop(replies);
        process.status()
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut input = std::io::stdin().lock();
    let mut open = true;
    while open {
        let Some(line) = next_line(&mut input) else { return };
        let Some(message) = bytes_of(&line) else { return };
        handle(message, &mut |reply| {
            let mut output = std::io::stdout().lock();
            open = open && output.write_all(&line_of(reply)).and_then(|()| output.flush()).is_ok();
        });
    }
}
