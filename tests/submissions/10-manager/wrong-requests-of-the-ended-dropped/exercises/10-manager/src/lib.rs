//! A client that has ended is not served any more, whatever it has asked for.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
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
        while let Ok(request) = Request::receive(&mut requests) {
            if let Ok(Some(_)) = client.0.try_wait() {
                break;
            }
            let Some(answer) = self.carry_out(request) else { break };
            let sent = unpoisoned(&self.answers[number]).as_mut().map(|pipe| answer.send(pipe));
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
/// Each of its calls fails with [`CallError::Gone`] once the manager is gone.
#[derive(Debug)]
pub struct Proxy {
    /// Held from a request to its answer, so that each caller reads its own.
    line: Mutex<()>,
}

impl Proxy {
    /// The value of a key; `None` if the key is not there.
    ///
    /// # Errors
    ///
    /// If the manager is gone.
    pub fn get(&self, key: &str) -> Result<Option<u64>, CallError> {
        self.call(GET, 0, key)
    }

    /// Sets the value of a key: what was there before.
    ///
    /// # Errors
    ///
    /// If the manager is gone.
    pub fn insert(&self, key: &str, value: u64) -> Result<Option<u64>, CallError> {
        self.call(INSERT, value, key)
    }

    /// Removes a key: its value.
    ///
    /// # Errors
    ///
    /// If the key is not there, or the manager is gone.
    pub fn remove(&self, key: &str) -> Result<u64, CallError> {
        self.call(REMOVE, 0, key)?.ok_or_else(|| CallError::NoSuchKey(key.to_owned()))
    }

    /// Sets the value of a key to `combine(value, with)`: the new value.
    ///
    /// # Errors
    ///
    /// If the key is not there, or the manager is gone.
    pub fn update(&self, key: &str, with: u64) -> Result<u64, CallError> {
        self.call(UPDATE, with, key)?.ok_or_else(|| CallError::NoSuchKey(key.to_owned()))
    }

    /// How many keys there are.
    ///
    /// # Errors
    ///
    /// If the manager is gone.
    #[expect(clippy::missing_panics_doc, reason = "it never does")]
    #[expect(clippy::len_without_is_empty, reason = "it is a call, and not a property")]
    pub fn len(&self) -> Result<usize, CallError> {
        let number = self.call(LEN, 0, "")?.expect("there is always a number of keys");
        Ok(usize::try_from(number).expect("they are in the memory of such a machine"))
    }

    /// A request and its answer. (The manager is gone if one of the pipes has come to its end.)
    fn call(&self, what: u8, number: u64, key: &str) -> Result<Option<u64>, CallError> {
        let _line = unpoisoned(&self.line);
        Request::send(what, number, key, &mut io::stdout())
            .and_then(|()| Answer::receive(&mut io::stdin()))
            .map_err(|_| CallError::Gone)
    }
}

/// What a client process does: it makes the proxy, calls `body` with it, and returns when `body` has.
pub fn client<B>(body: B)
where
    B: FnOnce(&Proxy),
{
    body(&Proxy { line: Mutex::new(()) });
}
