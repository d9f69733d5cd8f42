//! Starts a client when the one before has said something.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Sender};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    NoSuchKey(String),
    Gone,
}

enum What {
    Get,
    Insert(u64),
    Remove,
    Update(u64),
    Len,
}

struct Mail {
    client: usize,
    what: What,
    key: String,
}

/// Reads what a client says until that has ended. When this is gone, so is its sender.
fn listen(client: usize, mut from: ChildStdout, to: Sender<Mail>, ready: Sender<()>) {
    let _ready = ready;
    let mut hello = [0];
    let _ = from.read_exact(&mut hello);
    drop(_ready);
    while let Ok((what, key)) = read_request(&mut from) {
        if to.send(Mail { client, what, key }).is_err() {
            return;
        }
    }
}

fn read_u64(from: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    from.read_exact(&mut bytes)?;
    Ok(u64::from_be_bytes(bytes))
}

fn read_request(from: &mut impl Read) -> io::Result<(What, String)> {
    let mut tag = [0];
    from.read_exact(&mut tag)?;
    let what = match tag[0] {
        0 => What::Get,
        1 => What::Insert(read_u64(from)?),
        2 => What::Remove,
        3 => What::Update(read_u64(from)?),
        _ => What::Len,
    };
    let length = read_u64(from)? as usize;
    let mut key = vec![0; length];
    from.read_exact(&mut key)?;
    String::from_utf8(key).map(|key| (what, key)).map_err(io::Error::other)
}

/// All clients; they have ended and been waited for once this is dropped.
#[derive(Default)]
struct Clients(Vec<(Child, Option<ChildStdin>)>);

impl Clients {
    fn end(&mut self) -> Vec<ExitStatus> {
        // First all of them are told, then all are waited for.
        for (_, stdin) in &mut self.0 {
            *stdin = None;
        }
        self.0.iter_mut().map(|(child, _)| child.wait().unwrap()).collect()
    }
}

impl Drop for Clients {
    fn drop(&mut self) {
        self.end();
    }
}

pub fn manage<C, U>(clients: usize, command: C, combine: U) -> (BTreeMap<String, u64>, Vec<ExitStatus>)
where
    C: Fn(usize) -> Command + Sync,
    U: Fn(u64, u64) -> u64 + Send + Sync,
{
    let (sender, mail) = mpsc::channel();
    thread::scope(|scope| {
        let mut all = Clients::default();
        // In here, so that a panic drops it first: then a thread that listens stops at its next mail.
        let mail = mail;
        for client in 0..clients {
            let mut child =
                command(client).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("cannot start a client");
            let (stdin, stdout) = (child.stdin.take(), child.stdout.take().unwrap());
            all.0.push((child, stdin));
            let sender = sender.clone();
            let (ready, wait) = mpsc::channel();
            scope.spawn(move || listen(client, stdout, sender, ready));
            let _ = wait.recv();
        }
        drop(sender);
        let mut dict = BTreeMap::new();
        for Mail { client, what, key } in mail {
            let answer = match what {
                What::Get => dict.get(&key).copied(),
                What::Insert(value) => dict.insert(key, value),
                What::Remove => dict.remove(&key),
                What::Update(with) => dict.get_mut(&key).map(|value| {
                    *value = combine(*value, with);
                    *value
                }),
                What::Len => Some(dict.len() as u64),
            };
            let mut bytes = vec![u8::from(answer.is_some())];
            bytes.extend(answer.unwrap_or(0).to_be_bytes());
            if let Some(stdin) = &mut all.0[client].1 {
                // A client that is gone does not listen.
                let _ = stdin.write_all(&bytes);
            }
        }
        let statuses = all.end();
        (dict, statuses)
    })
}

pub struct Proxy {
    turn: Mutex<()>,
}

impl Proxy {
    fn call(&self, tag: u8, number: Option<u64>, key: &str) -> Result<Option<u64>, CallError> {
        let _turn = self.turn.lock().unwrap();
        let mut request = vec![tag];
        request.extend(number.into_iter().flat_map(u64::to_be_bytes));
        request.extend((key.len() as u64).to_be_bytes());
        request.extend(key.as_bytes());
        let exchange = || -> io::Result<Option<u64>> {
            let mut out = io::stdout().lock();
            out.write_all(&request)?;
            out.flush()?;
            let mut is_some = [0];
            let mut input = io::stdin().lock();
            input.read_exact(&mut is_some)?;
            let value = read_u64(&mut input)?;
            Ok((is_some[0] == 1).then_some(value))
        };
        exchange().map_err(|_| CallError::Gone)
    }

    pub fn get(&self, key: &str) -> Result<Option<u64>, CallError> {
        self.call(0, None, key)
    }

    pub fn insert(&self, key: &str, value: u64) -> Result<Option<u64>, CallError> {
        self.call(1, Some(value), key)
    }

    pub fn remove(&self, key: &str) -> Result<u64, CallError> {
        self.call(2, None, key)?.ok_or_else(|| CallError::NoSuchKey(key.into()))
    }

    pub fn update(&self, key: &str, with: u64) -> Result<u64, CallError> {
        self.call(3, Some(with), key)?.ok_or_else(|| CallError::NoSuchKey(key.into()))
    }

    pub fn len(&self) -> Result<usize, CallError> {
        Ok(self.call(4, None, "")?.map_or(0, |number| number as usize))
    }
}

pub fn client<B>(body: B)
where
    B: FnOnce(&Proxy),
{
    let mut out = io::stdout();
    let _ = out.write_all(b"!").and_then(|()| out.flush());
    body(&Proxy { turn: Mutex::new(()) });
}
