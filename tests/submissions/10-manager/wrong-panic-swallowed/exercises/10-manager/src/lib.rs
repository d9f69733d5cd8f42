//! A panic of `combine` must not end the manager: the client that asked gets nothing, and all others go on.

use std::collections::BTreeMap;
use std::io::{self, Read, Write, stdin, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Mutex, RwLock};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    NoSuchKey(String),
    Gone,
}

trait Wire: Sized {
    fn put(&self, to: &mut dyn Write) -> io::Result<()>;
    fn take(from: &mut dyn Read) -> io::Result<Self>;
}

impl Wire for u64 {
    fn put(&self, to: &mut dyn Write) -> io::Result<()> {
        to.write_all(&self.to_be_bytes())
    }

    fn take(from: &mut dyn Read) -> io::Result<Self> {
        let mut bytes = [0; 8];
        from.read_exact(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }
}

impl Wire for String {
    fn put(&self, to: &mut dyn Write) -> io::Result<()> {
        (self.len() as u64).put(to)?;
        to.write_all(self.as_bytes())
    }

    fn take(from: &mut dyn Read) -> io::Result<Self> {
        let length = u64::take(from)?;
        let mut text = String::new();
        from.take(length).read_to_string(&mut text)?;
        if text.len() as u64 == length { Ok(text) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

enum Call {
    Get(String),
    Insert(String, u64),
    Remove(String),
    Update(String, u64),
    Len,
}

impl Wire for Call {
    fn put(&self, to: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Get(key) => 0u64.put(to).and_then(|()| key.put(to)),
            Self::Insert(key, value) => 1u64.put(to).and_then(|()| key.put(to)).and_then(|()| value.put(to)),
            Self::Remove(key) => 2u64.put(to).and_then(|()| key.put(to)),
            Self::Update(key, with) => 3u64.put(to).and_then(|()| key.put(to)).and_then(|()| with.put(to)),
            Self::Len => 4u64.put(to),
        }
    }

    fn take(from: &mut dyn Read) -> io::Result<Self> {
        Ok(match u64::take(from)? {
            0 => Self::Get(Wire::take(from)?),
            1 => Self::Insert(Wire::take(from)?, Wire::take(from)?),
            2 => Self::Remove(Wire::take(from)?),
            3 => Self::Update(Wire::take(from)?, Wire::take(from)?),
            4 => Self::Len,
            _ => return Err(io::ErrorKind::InvalidData.into()),
        })
    }
}

enum Reply {
    Nothing,
    Number(u64),
    Missing(String),
}

impl Wire for Reply {
    fn put(&self, to: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Nothing => 0u64.put(to),
            Self::Number(number) => 1u64.put(to).and_then(|()| number.put(to)),
            Self::Missing(key) => 2u64.put(to).and_then(|()| key.put(to)),
        }
    }

    fn take(from: &mut dyn Read) -> io::Result<Self> {
        Ok(match u64::take(from)? {
            0 => Self::Nothing,
            1 => Self::Number(Wire::take(from)?),
            _ => Self::Missing(Wire::take(from)?),
        })
    }
}

impl From<Option<u64>> for Reply {
    fn from(found: Option<u64>) -> Self {
        found.map_or(Self::Nothing, Self::Number)
    }
}

struct Server<U> {
    dict: RwLock<BTreeMap<String, u64>>,
    inputs: Vec<Mutex<Option<ChildStdin>>>,
    combine: U,
}

impl<U: Fn(u64, u64) -> u64> Server<U> {
    /// `Err` once `combine` has panicked: then the lock is poisoned.
    fn reply(&self, call: Call) -> Result<Reply, ()> {
        let read = || self.dict.read().map_err(drop);
        let write = || self.dict.write().map_err(drop);
        Ok(match call {
            Call::Get(key) => read()?.get(&key).copied().into(),
            Call::Len => Reply::Number(read()?.len() as u64),
            Call::Insert(key, value) => write()?.insert(key, value).into(),
            Call::Remove(key) => match write()?.remove(&key) {
                Some(value) => Reply::Number(value),
                None => Reply::Missing(key),
            },
            Call::Update(key, with) => match write()?.get_mut(&key) {
                Some(value) => {
                    *value = (self.combine)(*value, with);
                    Reply::Number(*value)
                }
                None => Reply::Missing(key),
            },
        })
    }

    fn hang_up(&self) {
        self.inputs.iter().for_each(|input| drop(input.lock().unwrap().take()));
    }

    /// Serves a client until it ends; what to wait for, and the panic if there was one.
    fn serve(&self, number: usize, mut child: Child) -> (Child, thread::Result<()>) {
        let mut output = child.stdout.take().unwrap();
        *self.inputs[number].lock().unwrap() = child.stdin.take();
        let served = catch_unwind(AssertUnwindSafe(|| {
            while let Ok(call) = Call::take(&mut output) {
                let Ok(reply) = self.reply(call) else { break };
                let mut bytes = Vec::new();
                reply.put(&mut bytes).unwrap();
                if let Some(input) = &mut *self.inputs[number].lock().unwrap() {
                    let _ = input.write_all(&bytes);
                }
            }
        }));
        if served.is_err() {
            self.hang_up();
        }
        self.inputs[number].lock().unwrap().take();
        (child, served)
    }
}

pub fn manage<C, U>(clients: usize, command: C, combine: U) -> (BTreeMap<String, u64>, Vec<ExitStatus>)
where
    C: Fn(usize) -> Command + Sync,
    U: Fn(u64, u64) -> u64 + Send + Sync,
{
    let inputs = (0..clients).map(|_| Mutex::new(None)).collect();
    let server = Server { dict: RwLock::default(), inputs, combine };
    let mut statuses = Vec::new();
    let mut panic = None;
    thread::scope(|scope| {
        let mut served = Vec::new();
        let started = catch_unwind(AssertUnwindSafe(|| {
            for number in 0..clients {
                let child = command(number).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
                let server = &server;
                served.push(scope.spawn(move || server.serve(number, child)));
            }
        }));
        if let Err(payload) = started {
            panic = Some(payload);
            // Whoever serves from now on finds the dict poisoned.
            let _ = catch_unwind(AssertUnwindSafe(|| {
                let _dict = server.dict.write();
                resume_unwind(Box::new(()));
            }));
            server.hang_up();
        }
        for thread in served {
            let (mut child, ended) = thread.join().unwrap();
            statuses.push(child.wait().unwrap());
            let _ = ended;
        }
    });
    match panic {
        Some(payload) => resume_unwind(payload),
        None => (server.dict.into_inner().unwrap_or_else(|poison| poison.into_inner()), statuses),
    }
}

pub struct Proxy {
    turn: Mutex<()>,
}

impl Proxy {
    fn call(&self, call: Call) -> Result<Reply, CallError> {
        let _turn = self.turn.lock().unwrap();
        let mut bytes = Vec::new();
        call.put(&mut bytes).unwrap();
        let sent = stdout().write_all(&bytes).and_then(|()| stdout().flush());
        sent.and_then(|()| Reply::take(&mut stdin())).map_err(|_| CallError::Gone)
    }

    fn option(&self, call: Call) -> Result<Option<u64>, CallError> {
        match self.call(call)? {
            Reply::Number(value) => Ok(Some(value)),
            _ => Ok(None),
        }
    }

    fn number(&self, call: Call) -> Result<u64, CallError> {
        match self.call(call)? {
            Reply::Number(value) => Ok(value),
            Reply::Missing(key) => Err(CallError::NoSuchKey(key)),
            Reply::Nothing => Err(CallError::Gone),
        }
    }

    pub fn get(&self, key: &str) -> Result<Option<u64>, CallError> {
        self.option(Call::Get(key.to_string()))
    }

    pub fn insert(&self, key: &str, value: u64) -> Result<Option<u64>, CallError> {
        self.option(Call::Insert(key.to_string(), value))
    }

    pub fn remove(&self, key: &str) -> Result<u64, CallError> {
        self.number(Call::Remove(key.to_string()))
    }

    pub fn update(&self, key: &str, with: u64) -> Result<u64, CallError> {
        self.number(Call::Update(key.to_string(), with))
    }

    pub fn len(&self) -> Result<usize, CallError> {
        self.number(Call::Len).map(|number| number as usize)
    }
}

pub fn client<B>(body: B)
where
    B: FnOnce(&Proxy),
{
    body(&Proxy { turn: Mutex::new(()) });
}
