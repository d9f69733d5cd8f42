//! Everything is text: a message is a line of hexadecimal digits. Twice as long, and nothing can be mistaken for the end.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

/// What each byte is as a digit; 255: none.
const VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut digit = 0;
    while digit < 16 {
        values[b"0123456789abcdef"[digit] as usize] = digit as u8;
        digit += 1;
    }
    values
};

fn line_of(bytes: &[u8]) -> Vec<u8> {
    let digits = b"0123456789abcdef";
    let mut line = vec![b'\n'; 2 * bytes.len() + 1];
    let mut at = 0;
    for &byte in bytes {
        line[at] = digits[(byte >> 4) as usize];
        line[at + 1] = digits[(byte & 15) as usize];
        at += 2;
    }
    line
}

fn bytes_of(line: &str) -> Option<Vec<u8>> {
    let line = line.as_bytes();
    let mut bytes = vec![0; line.len() / 2];
    let mut at = 0;
    while at < bytes.len() {
        let (high, low) = (VALUES[line[2 * at] as usize], VALUES[line[2 * at + 1] as usize]);
        if high > 15 || low > 15 {
            return None;
        }
        bytes[at] = high << 4 | low;
        at += 1;
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
