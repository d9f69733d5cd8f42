//! The calling thread is needed for `on_reply`, so it neither reads nor writes: it sleeps on a Condvar until a reply is in the
//! queue, or the end.

use std::collections::VecDeque;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Default)]
struct Replies {
    state: Mutex<(VecDeque<Vec<u8>>, bool)>,
    news: Condvar,
}

impl Replies {
    fn push(&self, reply: Vec<u8>) {
        self.state.lock().unwrap().0.push_back(reply);
        self.news.notify_one();
    }

    fn close(&self) {
        self.state.lock().unwrap().1 = true;
        self.news.notify_one();
    }

    fn pop(&self) -> Option<Vec<u8>> {
        let state = self.state.lock().unwrap();
        let mut state = self.news.wait_while(state, |(queue, closed)| queue.is_empty() && !*closed).unwrap();
        state.0.pop_front()
    }
}

fn write_frame(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(format!("{:016x}", bytes.len()).as_bytes())?;
    to.write_all(bytes)?;
    to.flush()
}

fn read_frame(from: &mut impl Read) -> Option<Vec<u8>> {
    let mut head = [0; 16];
    from.read_exact(&mut head).ok()?;
    let length = u64::from_str_radix(std::str::from_utf8(&head).ok()?, 16).ok()?;
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 == length).then_some(bytes)
}

struct Reaper(Child);

impl Drop for Reaper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut to = BufWriter::new(child.stdin.take().unwrap());
    let mut from = BufReader::new(child.stdout.take().unwrap());
    let replies = Replies::default();
    thread::scope(|scope| {
        let mut child = Reaper(child);
        scope.spawn(move || {
            for message in messages {
                if write_frame(&mut to, message).is_err() {
                    // Its buffer is not written again when it is dropped.
                    let _ = to.into_parts();
                    return;
                }
            }
        });
        scope.spawn(|| {
            while let Some(reply) = read_frame(&mut from) {
                replies.push(reply);
            }
            replies.close();
        });
        while let Some(reply) = replies.pop() {
            on_reply(reply);
        }
        child.0.wait().unwrap()
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut input = BufReader::new(io::stdin().lock());
    let mut alive = true;
    while alive {
        let Some(message) = read_frame(&mut input) else { break };
        handle(message, &mut |reply| {
            if alive && write_frame(&mut io::stdout(), reply).is_err() {
                alive = false;
            }
        });
    }
}
