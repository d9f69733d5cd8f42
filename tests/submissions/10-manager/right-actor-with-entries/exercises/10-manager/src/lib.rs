//! The calling thread owns a `HashMap` and works through its entries. Threads that nobody joins read, and a `Drop` hangs up and waits.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::process::{Command, ExitStatus};
use std::sync::{Mutex, PoisonError};

/// Why a call of a proxy failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    /// The manager raised this: the key, exactly as it was passed, is not there.
    NoSuchKey(String),
    /// The manager is gone, for good.
    Gone,
}

struct Request {
    op: u8,
    value: u64,
    key: String,
}

fn read_request(from: &mut impl Read) -> Option<Request> {
    let mut head = [0; 17];
    from.read_exact(&mut head).ok()?;
    let length = u64::from_le_bytes(head[9..].try_into().unwrap());
    let mut key = Vec::new();
    from.take(length).read_to_end(&mut key).ok()?;
    if (key.len() as u64) < length {
        return None;
    }
    Some(Request { op: head[0], value: u64::from_le_bytes(head[1..9].try_into().unwrap()), key: String::from_utf8(key).ok()? })
}

fn answer_bytes(answer: Answer) -> [u8; 9] {
    let (tag, value) = match answer {
        Answer::Nothing => (0, 0),
        Answer::Value(value) => (1, value),
        Answer::NoSuchKey => (2, 0),
    };
    let mut bytes = [tag; 9];
    bytes[1..].copy_from_slice(&value.to_le_bytes());
    bytes
}

#[derive(Clone, Copy)]
enum Answer {
    Nothing,
    Value(u64),
    NoSuchKey,
}

impl From<Option<u64>> for Answer {
    fn from(value: Option<u64>) -> Self {
        value.map_or(Answer::Nothing, Answer::Value)
    }
}

use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc;

enum Event {
    Asked(usize, Request),
    Silent(usize),
}

struct Clients(Vec<(Child, Option<ChildStdin>)>);

impl Clients {
    fn end(&mut self) -> Vec<ExitStatus> {
        for (_, line) in &mut self.0 {
            line.take();
        }
        self.0.drain(..).map(|(mut child, _)| child.wait().unwrap()).collect()
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
    let (events, inbox) = mpsc::channel();
    let mut all = Clients(Vec::new());
    let mut readers = Vec::new();
    for number in 0..clients {
        let mut child = command(number).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("starts");
        let line = child.stdin.take();
        let mut from = child.stdout.take().unwrap();
        all.0.push((child, line));
        let events = events.clone();
        readers.push(std::thread::spawn(move || {
            while let Some(request) = read_request(&mut from) {
                if events.send(Event::Asked(number, request)).is_err() {
                    return;
                }
            }
            let _ = events.send(Event::Silent(number));
        }));
    }
    drop(events);
    let mut dict: std::collections::HashMap<String, u64> = std::collections::HashMap::new();
    for event in inbox.iter() {
        let (number, request) = match event {
            Event::Asked(number, request) => (number, request),
            Event::Silent(number) => {
                all.0[number].1 = None;
                continue;
            }
        };
        use std::collections::hash_map::Entry::{Occupied, Vacant};
        let entry = (request.op != b'l').then(|| dict.entry(request.key));
        let answer = match (request.op, entry) {
            (b'g', Some(Occupied(entry))) => Answer::Value(*entry.get()),
            (b'g', Some(Vacant(_))) => Answer::Nothing,
            (b'i', Some(Occupied(mut entry))) => Answer::Value(entry.insert(request.value)),
            (b'i', Some(Vacant(entry))) => {
                entry.insert(request.value);
                Answer::Nothing
            }
            (b'r', Some(Occupied(entry))) => Answer::Value(entry.remove()),
            (b'u', Some(Occupied(mut entry))) => {
                let new = combine(*entry.get(), request.value);
                entry.insert(new);
                Answer::Value(new)
            }
            (_, Some(Vacant(_))) => Answer::NoSuchKey,
            _ => Answer::Value(dict.len() as u64),
        };
        if let Some(line) = &mut all.0[number].1 {
            if line.write_all(&answer_bytes(answer)).is_err() {
                all.0[number].1 = None;
            }
        }
    }
    let statuses = all.end();
    for reader in readers {
        reader.join().unwrap();
    }
    (dict.into_iter().collect(), statuses)
}

/// Stands for the manager's dict in a client process.
#[derive(Debug)]
pub struct Proxy {
    turn: Mutex<bool>,
}

impl Proxy {
    fn ask(&self, op: u8, value: u64, key: &str) -> Result<Option<u64>, CallError> {
        let mut gone = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if *gone {
            return Err(CallError::Gone);
        }
        let mut request = vec![op];
        request.extend(value.to_le_bytes());
        request.extend((key.len() as u64).to_le_bytes());
        request.extend(key.as_bytes());
        let mut out = std::io::stdout().lock();
        let mut answer = [0; 9];
        let talk = out
            .write_all(&request)
            .and_then(|()| out.flush())
            .and_then(|()| std::io::stdin().lock().read_exact(&mut answer));
        if talk.is_err() {
            *gone = true;
            return Err(CallError::Gone);
        }
        let value = u64::from_le_bytes(answer[1..].try_into().unwrap());
        match answer[0] {
            0 => Ok(None),
            1 => Ok(Some(value)),
            _ => Err(CallError::NoSuchKey(key.to_owned())),
        }
    }

    pub fn get(&self, key: &str) -> Result<Option<u64>, CallError> {
        self.ask(b'g', 0, key)
    }

    pub fn insert(&self, key: &str, value: u64) -> Result<Option<u64>, CallError> {
        self.ask(b'i', value, key)
    }

    pub fn remove(&self, key: &str) -> Result<u64, CallError> {
        self.ask(b'r', 0, key).map(|value| value.expect("a value or an error"))
    }

    pub fn update(&self, key: &str, with: u64) -> Result<u64, CallError> {
        self.ask(b'u', with, key).map(|value| value.expect("a value or an error"))
    }

    #[expect(clippy::len_without_is_empty, reason = "it is a call of another process, and not a property")]
    pub fn len(&self) -> Result<usize, CallError> {
        self.ask(b'l', 0, "").map(|value| value.expect("a number") as usize)
    }
}

pub fn client<B>(body: B)
where
    B: FnOnce(&Proxy),
{
    body(&Proxy { turn: Mutex::new(false) });
}
