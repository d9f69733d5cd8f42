//! Replies are buffered, and flushed once a message has been handled.

use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

fn put(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    writeln!(to, "{}", bytes.len())?;
    to.write_all(bytes)
}

fn get(from: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut line = String::new();
    from.read_line(&mut line).ok()?;
    let length = line.strip_suffix('\n')?.parse().ok()?;
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

/// Ends the child when it is dropped.
struct KillOnDrop(Child);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped());
    let mut child = command.spawn().expect("start the child");
    let mut writer = BufWriter::new(child.stdin.take().unwrap());
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    thread::scope(|s| {
        let mut child = KillOnDrop(child);
        s.spawn(move || {
            let _ = messages
                .iter()
                .try_for_each(|message| put(&mut writer, message).and_then(|()| writer.flush()));
        });
        while let Some(reply) = get(&mut reader) {
            on_reply(reply);
        }
        child.0.wait().unwrap()
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut stdin = io::stdin().lock();
    let mut stdout = BufWriter::new(io::stdout().lock());
    let mut broken = false;
    while let Some(message) = get(&mut stdin) {
        handle(message, &mut |reply| {
            if !broken {
                broken = put(&mut stdout, reply).is_err();
            }
        });
        if broken || stdout.flush().is_err() {
            // The drop of the writer would try again.
            std::mem::forget(stdout);
            return;
        }
    }
}
