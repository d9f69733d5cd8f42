//! Requests have numbers; of the threads that wait for answers one reads, and hands the others theirs.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, ErrorKind, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Why a call of a proxy failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    /// The manager raised this: the key, exactly as it was passed, is not there.
    NoSuchKey(String),
    /// The manager is gone, for good.
    Gone,
}

/// Starts `clients` client processes, serves their proxies until all of them have ended, and returns the dict as it is then
/// with how each client ended, in the order of their numbers.
///
/// # Panics
///
/// If `combine` or `command` panics, or a client cannot be started.
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
        // All of them are started before any is waited for.
        let threads: Vec<_> = (0..clients).map(start).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, ExitStatus>| {
            thread.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload))
        };
        threads.into_iter().map(join).collect()
    });
    let dict = unpoisoned(&manager.dict).take().expect("there was no panic");
    (dict, statuses)
}

/// What all threads of the manager share.
struct Manager<U> {
    /// `None` once the manager is gone.
    dict: Mutex<Option<BTreeMap<String, u64>>>,
    /// The pipe to each client, while it is served.
    answers: Vec<Mutex<Option<ChildStdin>>>,
    combine: U,
}

impl<U: Fn(u64, u64) -> u64> Manager<U> {
    /// Serves a client until it has ended.
    fn serve(&self, number: usize, mut client: Reaped) -> ExitStatus {
        let mut requests = client.0.stdout.take().expect("it was asked for as a pipe");
        *unpoisoned(&self.answers[number]) = client.0.stdin.take();
        let _gone = GoneInAPanic(self);
        // An error is the client's end, be it in the middle of a request.
        while let Ok((id, request)) = receive_number(&mut requests).and_then(|id| Ok((id, Request::receive(&mut requests)?))) {
            let Some(answer) = self.carry_out(request) else { break };
            let sent = unpoisoned(&self.answers[number]).as_mut().map(|pipe| pipe.write_all(&id.to_le_bytes()).and_then(|()| answer.send(pipe)));
            // A client that has ended hears no answer; its last requests may still be on their way.
            if sent.is_none() {
                break;
            }
        }
        // Whoever still talks to a manager that is gone is told by this.
        drop(requests);
        unpoisoned(&self.answers[number]).take();
        client.0.wait().expect("nobody else waits for this process")
    }

    /// Does what a request says, in one step; `None` if the manager is gone: then a panic of `combine` has poisoned the lock, or
    /// the dict has been put away.
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

/// Makes the manager be gone, for all clients, where it is dropped by a panic.
struct GoneInAPanic<'a, U>(&'a Manager<U>);

impl<U> Drop for GoneInAPanic<'_, U> {
    fn drop(&mut self) {
        if thread::panicking() {
            unpoisoned(&self.0.dict).take();
            self.0.answers.iter().for_each(|answers| drop(unpoisoned(answers).take()));
        }
    }
}

/// A process that has ended and been waited for once this is dropped.
struct Reaped(Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        // Both pipes are closed by now, or never were in other hands: `wait` closes its input, and this its output.
        drop(self.0.stdout.take());
        let _ = self.0.wait();
    }
}

/// The lock of what no panic leaves half done.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const GET: u8 = b'g';
const INSERT: u8 = b'i';
const REMOVE: u8 = b'r';
const UPDATE: u8 = b'u';
const LEN: u8 = b'l';

/// What a proxy asks for.
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
        // Memory grows with the bytes that come, and not by what a length claims.
        if (from.take(length).read_to_end(&mut key)? as u64) < length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let key = String::from_utf8(key).map_err(|_| ErrorKind::InvalidData)?;
        Ok(Self { what: what[0], number, key })
    }
}

/// What the manager says to it.
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


/// Stands for the manager's dict in a client process. Several threads may use it at once.
///
/// Whoever waits for an answer while nobody reads becomes the reader, and hands out the others' answers.
#[derive(Debug, Default)]
pub struct Proxy {
    state: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting { next: u64, reading: bool, gone: bool, arrived: HashMap<u64, Option<u64>> }

impl Proxy {
    fn call(&self, what: u8, number: u64, key: &str) -> Result<Option<u64>, CallError> {
        let id = {
            let mut state = self.state.lock().unwrap();
            if state.gone { return Err(CallError::Gone); }
            state.next += 1;
            state.next
        };
        let sent = {
            let mut out = io::stdout().lock();
            out.write_all(&id.to_le_bytes()).and_then(|()| Request::send(what, number, key, &mut out))
        };
        let mut state = self.state.lock().unwrap();
        if sent.is_err() { state.gone = true; self.changed.notify_all(); }
        loop {
            if let Some(answer) = state.arrived.remove(&id) { return Ok(answer); }
            if state.gone { return Err(CallError::Gone); }
            if state.reading {
                state = self.changed.wait(state).unwrap();
                continue;
            }
            state.reading = true;
            drop(state);
            let got = {
                let mut input = io::stdin().lock();
                receive_number(&mut input).and_then(|id| Ok((id, Answer::receive(&mut input)?)))
            };
            state = self.state.lock().unwrap();
            state.reading = false;
            match got {
                Ok((id, answer)) => { state.arrived.insert(id, answer); }
                Err(_) => state.gone = true,
            }
            self.changed.notify_all();
        }
    }
    pub fn get(&self, key: &str) -> Result<Option<u64>, CallError> { self.call(GET, 0, key) }
    pub fn insert(&self, key: &str, value: u64) -> Result<Option<u64>, CallError> { self.call(INSERT, value, key) }
    pub fn remove(&self, key: &str) -> Result<u64, CallError> {
        self.call(REMOVE, 0, key)?.ok_or_else(|| CallError::NoSuchKey(key.to_owned()))
    }
    pub fn update(&self, key: &str, with: u64) -> Result<u64, CallError> {
        self.call(UPDATE, with, key)?.ok_or_else(|| CallError::NoSuchKey(key.to_owned()))
    }
    #[expect(clippy::len_without_is_empty, reason = "a call")]
    pub fn len(&self) -> Result<usize, CallError> { Ok(self.call(LEN, 0, "")?.unwrap_or(0) as usize) }
}

pub fn client<B>(body: B)
where
    B: FnOnce(&Proxy),
{
    body(&Proxy::default());
}
