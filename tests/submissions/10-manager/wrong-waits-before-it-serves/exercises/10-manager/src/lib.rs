//! Starts all clients, waits for them, and does what they have said.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    NoSuchKey(String),
    Gone,
}

pub fn manage<C, U>(clients: usize, command: C, combine: U) -> (BTreeMap<String, u64>, Vec<ExitStatus>)
where
    C: Fn(usize) -> Command + Sync,
    U: Fn(u64, u64) -> u64 + Send + Sync,
{
    let manager = Manager {
        dict: Mutex::new(Some(BTreeMap::new())),
        answers: (0..clients).map(|_| Mutex::new(None)).collect(),
        combine,
    };
    let statuses = thread::scope(|scope| {
        let _gone = GoneInAPanic(&manager);
        let start = |number| {
            let mut command = command(number);
            let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
            let client = Reaped(piped.spawn().expect("a client can be started"));
            let manager = &manager;
            scope.spawn(move || manager.serve(number, client))
        };
        let threads: Vec<_> = (0..clients).map(start).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, ExitStatus>| {
            thread.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload))
        };
        threads.into_iter().map(join).collect()
    });
    let dict = unpoisoned(&manager.dict).take().expect("there was no panic");
    (dict, statuses)
}

struct Manager<U> {
    dict: Mutex<Option<BTreeMap<String, u64>>>,
    answers: Vec<Mutex<Option<ChildStdin>>>,
    combine: U,
}

impl<U: Fn(u64, u64) -> u64> Manager<U> {
    fn serve(&self, number: usize, mut client: Reaped) -> ExitStatus {
        let mut requests = client.0.stdout.take().expect("it was asked for as a pipe");
        *unpoisoned(&self.answers[number]) = client.0.stdin.take();
        let _gone = GoneInAPanic(self);
        let status = client.0.wait().unwrap();
        while let Ok(request) = Request::receive(&mut requests) {
            let Some(answer) = self.carry_out(request) else { break };
            let sent = unpoisoned(&self.answers[number]).as_mut().map(|pipe| answer.send(pipe));
            if sent.is_none() {
                break;
            }
        }
        drop(requests);
        unpoisoned(&self.answers[number]).take();
        status
    }

    fn carry_out(&self, request: Request) -> Option<Answer> {
        let mut dict = self.dict.lock().ok()?;
        let dict = dict.as_mut()?;
        let Request { what, number, key } = request;
        Some(match what {
            GET => dict.get(&key).copied().map_or(Answer::None, Answer::Value),
            INSERT => dict.insert(key, number).map_or(Answer::None, Answer::Value),
            REMOVE => dict.remove(&key).map_or(Answer::None, Answer::Value),
            UPDATE => dict.get_mut(&key).map_or(Answer::None, |value| {
                *value = (self.combine)(*value, number);
                Answer::Value(*value)
            }),
            _ => Answer::Value(dict.len() as u64),
        })
    }
}

struct GoneInAPanic<'a, U>(&'a Manager<U>);

impl<U> Drop for GoneInAPanic<'_, U> {
    fn drop(&mut self) {
        if thread::panicking() {
            unpoisoned(&self.0.dict).take();
            self.0.answers.iter().for_each(|answers| drop(unpoisoned(answers).take()));
        }
    }
}

struct Reaped(Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        drop(self.0.stdout.take());
        let _ = self.0.wait();
    }
}

fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const GET: u8 = b'g';
const INSERT: u8 = b'i';
const REMOVE: u8 = b'r';
const UPDATE: u8 = b'u';
const LEN: u8 = b'l';

struct Request {
    what: u8,
    number: u64,
    key: String,
}

impl Request {
    fn send(what: u8, number: u64, key: &str, to: &mut impl Write) -> io::Result<()> {
        to.write_all(&[what])?;
        to.write_all(&number.to_le_bytes())?;
        to.write_all(&(key.len() as u64).to_le_bytes())?;
        to.write_all(key.as_bytes())?;
        to.flush()
    }

    fn receive(from: &mut impl Read) -> io::Result<Self> {
        let mut what = [0];
        from.read_exact(&mut what)?;
        let (number, length) = (receive_number(from)?, receive_number(from)?);
        let mut key = Vec::new();
        if (from.take(length).read_to_end(&mut key)? as u64) < length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let key = String::from_utf8(key).map_err(|_| ErrorKind::InvalidData)?;
        Ok(Self { what: what[0], number, key })
    }
}

enum Answer {
    None,
    Value(u64),
}

impl Answer {
    fn send(&self, to: &mut impl Write) -> io::Result<()> {
        let (is_there, value) = match *self {
            Self::None => (0, 0),
            Self::Value(value) => (1, value),
        };
        let mut bytes = [is_there; 9];
        bytes[1..].copy_from_slice(&u64::to_le_bytes(value));
        to.write_all(&bytes)
    }

    fn receive(from: &mut impl Read) -> io::Result<Option<u64>> {
        let mut is_there = [0];
        from.read_exact(&mut is_there)?;
        let value = receive_number(from)?;
        Ok((is_there[0] != 0).then_some(value))
    }
}

fn receive_number(from: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    from.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

#[derive(Debug)]
pub struct Proxy {
    line: Mutex<()>,
}

impl Proxy {
    pub fn get(&self, key: &str) -> Result<Option<u64>, CallError> {
        self.call(GET, 0, key)
    }

    pub fn insert(&self, key: &str, value: u64) -> Result<Option<u64>, CallError> {
        self.call(INSERT, value, key)
    }

    pub fn remove(&self, key: &str) -> Result<u64, CallError> {
        self.call(REMOVE, 0, key)?.ok_or_else(|| CallError::NoSuchKey(key.to_owned()))
    }

    pub fn update(&self, key: &str, with: u64) -> Result<u64, CallError> {
        self.call(UPDATE, with, key)?.ok_or_else(|| CallError::NoSuchKey(key.to_owned()))
    }

    pub fn len(&self) -> Result<usize, CallError> {
        let number = self.call(LEN, 0, "")?.expect("there is always a number of keys");
        Ok(usize::try_from(number).expect("they are in the memory of such a machine"))
    }

    fn call(&self, what: u8, number: u64, key: &str) -> Result<Option<u64>, CallError> {
        let _line = unpoisoned(&self.line);
        Request::send(what, number, key, &mut io::stdout())
            .and_then(|()| Answer::receive(&mut io::stdin()))
            .map_err(|_| CallError::Gone)
    }
}

pub fn client<B>(body: B)
where
    B: FnOnce(&Proxy),
{
    body(&Proxy { line: Mutex::new(()) });
}
