//! The child also says when it has handled a message: then its replies are passed on.

use std::io::{self, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread;

const REPLY: u8 = b'r';
const HANDLED: u8 = b'h';

fn frame(tag: u8, bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![tag];
    let mut length = bytes.len();
    while length >= 0x80 {
        frame.push(length as u8 | 0x80);
        length >>= 7;
    }
    frame.push(length as u8);
    frame.extend_from_slice(bytes);
    frame
}

fn byte(from: &mut impl Read) -> io::Result<u8> {
    let mut one = [0];
    from.read_exact(&mut one)?;
    Ok(one[0])
}

fn unframe(from: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let tag = byte(from)?;
    let mut length = 0;
    for place in 0.. {
        let next = byte(from)?;
        length |= usize::from(next & 0x7f) << (7 * place);
        if next < 0x80 {
            break;
        }
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    Ok((tag, bytes))
}

fn write_all(mut stdin: ChildStdin, messages: &[Vec<u8>]) -> io::Result<()> {
    messages.iter().try_for_each(|message| stdin.write_all(&frame(b'm', message)))
}

struct Running {
    child: Child,
    status: Option<ExitStatus>,
}

impl Running {
    fn wait(&mut self) -> ExitStatus {
        *self.status.get_or_insert_with(|| self.child.wait().expect("it is our child"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.status.is_none() {
            let _ = self.child.kill();
            self.wait();
        }
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("spawn");
    let stdin = child.stdin.take().expect("piped");
    let mut replies = BufReader::new(child.stdout.take().expect("piped"));
    thread::scope(|scope| {
        let mut running = Running { child, status: None };
        let writer = scope.spawn(move || write_all(stdin, messages));
        let mut waiting = vec![];
        loop {
            match unframe(&mut replies) {
                Ok((REPLY, bytes)) => waiting.push(bytes),
                Ok((HANDLED, _)) => waiting.drain(..).for_each(&mut on_reply),
                Ok((tag, _)) => panic!("the child sends {tag}"),
                Err(_) => break,
            }
        }
        let status = running.wait();
        if let Err(error) = writer.join().unwrap() {
            eprintln!("not all messages were sent: {error}");
        }
        status
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut input = BufReader::new(io::stdin());
    let mut output = io::stdout();
    let mut say =
        move |tag: u8, bytes: &[u8]| output.write_all(&frame(tag, bytes)).and_then(|()| output.flush());
    while let Ok((_, message)) = unframe(&mut input) {
        let mut went = Ok(());
        handle(message, &mut |bytes| {
            if went.is_ok() {
                went = say(REPLY, bytes);
            }
        });
        if went.and_then(|()| say(HANDLED, &[])).is_err() {
            return;
        }
    }
}
