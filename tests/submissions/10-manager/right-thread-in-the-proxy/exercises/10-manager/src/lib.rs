//! In the client a thread owns both streams, and calls reach it through channels.

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

struct Store(Mutex<BTreeMap<String, u64>>);

impl Store {
    fn act(&self, request: Request, combine: &impl Fn(u64, u64) -> u64) -> Option<Answer> {
        let mut dict = self.0.lock().ok()?;
        let key = request.key;
        Some(match request.op {
            b'g' => dict.get(&key).copied().into(),
            b'i' => dict.insert(key, request.value).into(),
            b'r' => dict.remove(&key).map_or(Answer::NoSuchKey, Answer::Value),
            b'u' => match dict.get_mut(&key) {
                Some(value) => {
                    *value = combine(*value, request.value);
                    Answer::Value(*value)
                }
                None => Answer::NoSuchKey,
            },
            _ => Answer::Value(dict.len() as u64),
        })
    }
}

use std::process::{Child, ChildStdin, ChildStdout, Stdio};

type Line = Mutex<Option<ChildStdin>>;

struct HangUp<'a>(&'a [Line]);

impl Drop for HangUp<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            hang_up(self.0);
        }
    }
}

fn hang_up(lines: &[Line]) {
    for line in lines {
        line.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

struct Reaped(Vec<Child>);

impl Drop for Reaped {
    fn drop(&mut self) {
        for child in &mut self.0 {
            child.stdin.take();
            child.stdout.take();
        }
        for child in &mut self.0 {
            let _ = child.wait();
        }
    }
}

fn serve(mut from: ChildStdout, line: &Line, lines: &[Line], mut act: impl FnMut(Request) -> Option<Answer>) {
    let _hang_up = HangUp(lines);
    while let Some(request) = read_request(&mut from) {
        let Some(answer) = act(request) else { break };
        let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(to) = line.as_mut() else { break };
        let _ = to.write_all(&answer_bytes(answer));
    }
    line.lock().unwrap_or_else(PoisonError::into_inner).take();
}

pub fn manage<C, U>(clients: usize, command: C, combine: U) -> (BTreeMap<String, u64>, Vec<ExitStatus>)
where
    C: Fn(usize) -> Command + Sync,
    U: Fn(u64, u64) -> u64 + Send + Sync,
{
    let mut children = Reaped(Vec::new());
    for number in 0..clients {
        let mut command = command(number);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        children.0.push(command.spawn().expect("a client starts"));
    }
    let lines: Vec<Line> = children.0.iter_mut().map(|child| Mutex::new(child.stdin.take())).collect();
    let store = Store(Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for (child, line) in children.0.iter_mut().zip(&lines) {
            let from = child.stdout.take().unwrap();
            let (store, combine, lines) = (&store, &combine, &lines);
            scope.spawn(move || serve(from, line, lines, |request| store.act(request, combine)));
        }
    });
    let statuses = children.0.iter_mut().map(|child| child.wait().unwrap()).collect();
    (store.0.into_inner().unwrap(), statuses)
}

/// A thread owns both streams; callers send it requests with a channel for the answer, and may overlap in the queue.
#[derive(Debug)]
pub struct Proxy {
    requests: std::sync::mpsc::Sender<(Vec<u8>, std::sync::mpsc::SyncSender<[u8; 9]>)>,
}

fn pump(requests: std::sync::mpsc::Receiver<(Vec<u8>, std::sync::mpsc::SyncSender<[u8; 9]>)>) -> std::io::Result<()> {
    let (mut from, mut to) = (std::io::stdin().lock(), std::io::stdout().lock());
    for (request, back) in requests {
        to.write_all(&request)?;
        to.flush()?;
        let mut answer = [0; 9];
        from.read_exact(&mut answer)?;
        let _ = back.send(answer);
    }
    Ok(())
}

impl Proxy {
    fn ask(&self, op: u8, value: u64, key: &str) -> Result<Option<u64>, CallError> {
        let mut request = vec![op];
        request.extend(value.to_le_bytes());
        request.extend((key.len() as u64).to_le_bytes());
        request.extend(key.as_bytes());
        let (back, answer) = std::sync::mpsc::sync_channel(1);
        self.requests.send((request, back)).map_err(|_| CallError::Gone)?;
        let answer: [u8; 9] = answer.recv().map_err(|_| CallError::Gone)?;
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
    let (requests, inbox) = std::sync::mpsc::channel();
    std::thread::spawn(move || pump(inbox));
    body(&Proxy { requests });
}
