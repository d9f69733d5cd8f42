//! The dict is in 16 parts with a lock each; whoever counts holds all of the locks.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
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


type Shard = Mutex<BTreeMap<String, u64>>;

struct Store<U> { shards: Vec<Shard>, combine: U, gone: AtomicBool, one: Mutex<()>, answers: Vec<Mutex<Option<ChildStdin>>> }

impl<U: Fn(u64, u64) -> u64> Store<U> {
    fn shard(&self, key: &str) -> &Shard {
        let hash = key.bytes().fold(7_usize, |h, b| h.wrapping_mul(31).wrapping_add(b.into()));
        &self.shards[hash % self.shards.len()]
    }
    fn carry_out(&self, request: Request) -> Option<Answer> {
        let Request { what, number, key } = request;
        let option = |v: Option<u64>| v.map_or(Answer::None, Answer::Value);
        if what == LEN {
            // All locks, in their order, then the sum: so it is one step.
            let all: Vec<_> = self.shards.iter().map(Mutex::lock).collect::<Result<_, _>>().ok()?;
            return (!self.gone.load(Ordering::SeqCst)).then(|| Answer::Value(all.iter().map(|s| s.len() as u64).sum()));
        }
        let mut shard = self.shard(&key).lock().ok()?;
        if self.gone.load(Ordering::SeqCst) { return None; }
        Some(match what {
            GET => option(shard.get(&key).copied()),
            INSERT => option(shard.insert(key, number)),
            REMOVE => option(shard.remove(&key)),
            _ => match shard.get_mut(&key) {
                None => Answer::None,
                Some(value) => {
                    // One at a time: none begins once one has panicked.
                    let _one = self.one.lock().ok()?;
                    let alarm = Alarm(self);
                    *value = (self.combine)(*value, number);
                    std::mem::forget(alarm);
                    Answer::Value(*value)
                }
            },
        })
    }
    fn close(&self) {
        self.gone.store(true, Ordering::SeqCst);
        for answers in &self.answers { unpoisoned(answers).take(); }
    }
}

struct Alarm<'a, U: Fn(u64, u64) -> u64>(&'a Store<U>);
impl<U: Fn(u64, u64) -> u64> Drop for Alarm<'_, U> {
    fn drop(&mut self) { if thread::panicking() { self.0.close(); } }
}

struct Reaped(Child);
impl Drop for Reaped {
    fn drop(&mut self) { self.0.stdin = None; self.0.stdout = None; let _ = self.0.wait(); }
}

pub fn manage<C, U>(clients: usize, command: C, combine: U) -> (BTreeMap<String, u64>, Vec<ExitStatus>)
where
    C: Fn(usize) -> Command + Sync,
    U: Fn(u64, u64) -> u64 + Send + Sync,
{
    let store = Store {
        shards: (0..16).map(|_| Shard::default()).collect(),
        combine,
        gone: AtomicBool::new(false),
        one: Mutex::new(()),
        answers: (0..clients).map(|_| Mutex::new(None)).collect(),
    };
    let statuses = thread::scope(|s| {
        let _alarm = Alarm(&store);
        let mut threads = Vec::new();
        for number in 0..clients {
            let mut child = Reaped(command(number).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a client"));
            let store = &store;
            *unpoisoned(&store.answers[number]) = child.0.stdin.take();
            threads.push(s.spawn(move || {
                let mut from = io::BufReader::new(child.0.stdout.take().unwrap());
                while let Ok(request) = Request::receive(&mut from) {
                    let Some(answer) = store.carry_out(request) else { break };
                    match unpoisoned(&store.answers[number]).as_mut() {
                        None => break,
                        Some(to) => { let _ = answer.send(to); }
                    }
                }
                drop(from);
                unpoisoned(&store.answers[number]).take();
                child.0.wait().unwrap()
            }));
        }
        threads.into_iter().map(|t| t.join().unwrap_or_else(|p| std::panic::resume_unwind(p))).collect::<Vec<_>>()
    });
    let dict = store.shards.into_iter().flat_map(|shard| shard.into_inner().unwrap()).collect();
    (dict, statuses)
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
