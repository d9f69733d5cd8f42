//! Each request has a number, and answers may come in any order: so calls of several threads of a client overlap. In the client one thread
//! reads answers and hands each to whoever asked; in the manager each update has a thread of its own, since it may take long.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    NoSuchKey(String),
    Gone,
}

/// A frame: number of the request, letter, value, key.
struct Frame {
    id: u64,
    letter: u8,
    value: u64,
    key: String,
}

impl Frame {
    fn write(&self, mut to: impl Write) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(25 + self.key.len());
        bytes.extend(self.id.to_le_bytes());
        bytes.push(self.letter);
        bytes.extend(self.value.to_le_bytes());
        bytes.extend((self.key.len() as u64).to_le_bytes());
        bytes.extend(self.key.as_bytes());
        to.write_all(&bytes)?;
        to.flush()
    }

    fn read(mut from: impl Read) -> io::Result<Self> {
        let mut head = [0; 25];
        from.read_exact(&mut head)?;
        let number = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().unwrap());
        let mut key = vec![0; number(17) as usize];
        from.read_exact(&mut key)?;
        let key = String::from_utf8(key).map_err(io::Error::other)?;
        Ok(Self { id: number(0), letter: head[8], value: number(9), key })
    }
}

/// The dict, and the keys for which `combine` runs.
#[derive(Default)]
struct Dict {
    values: BTreeMap<String, u64>,
    busy: HashSet<String>,
    gone: bool,
}

struct Manager<U> {
    dict: Mutex<Dict>,
    changed: Condvar,
    pipes: Vec<Mutex<Option<ChildStdin>>>,
    combine: U,
}

impl<U: Fn(u64, u64) -> u64 + Send + Sync> Manager<U> {
    /// Does a request, as soon as its key is free: the answer.
    fn carry_out(&self, request: &Frame) -> Option<Option<u64>> {
        let dict = self.dict.lock().unwrap();
        let mut dict = self.changed.wait_while(dict, |dict| !dict.gone && dict.busy.contains(&request.key)).unwrap();
        if dict.gone {
            return None;
        }
        Some(match request.letter {
            b'g' => dict.values.get(&request.key).copied(),
            b'i' => dict.values.insert(request.key.clone(), request.value),
            b'r' => dict.values.remove(&request.key),
            b'l' => Some(dict.values.len() as u64),
            _ => match dict.values.get(&request.key).copied() {
                None => None,
                Some(value) => {
                    dict.busy.insert(request.key.clone());
                    drop(dict);
                    let new = (self.combine)(value, request.value);
                    let mut dict = self.dict.lock().unwrap();
                    dict.busy.remove(&request.key);
                    dict.values.insert(request.key.clone(), new);
                    self.changed.notify_all();
                    Some(new)
                }
            },
        })
    }

    fn answer(&self, client: usize, request: &Frame) {
        let Some(found) = self.carry_out(request) else { return };
        let (letter, value) = found.map_or((b'n', 0), |value| (b's', value));
        let frame = Frame { id: request.id, letter, value, key: String::new() };
        if let Some(pipe) = &mut *self.pipes[client].lock().unwrap() {
            let _ = frame.write(pipe);
        }
    }

    fn leave(&self) {
        self.dict.lock().unwrap().gone = true;
        self.changed.notify_all();
        for pipe in &self.pipes {
            pipe.lock().unwrap().take();
        }
    }

    fn serve(&self, client: usize, mut requests: ChildStdout) {
        let _leave = Leave(self);
        thread::scope(|scope| {
            while let Ok(request) = Frame::read(&mut requests) {
                if request.letter == b'u' {
                    scope.spawn(move || {
                        let _leave = Leave(self);
                        self.answer(client, &request);
                    });
                } else {
                    self.answer(client, &request);
                }
            }
        });
        self.pipes[client].lock().unwrap().take();
    }
}

struct Leave<'a, U: Fn(u64, u64) -> u64 + Send + Sync>(&'a Manager<U>);

impl<U: Fn(u64, u64) -> u64 + Send + Sync> Drop for Leave<'_, U> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.leave();
        }
    }
}

struct Waited(Vec<Child>);

impl Drop for Waited {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.wait();
        }
    }
}

pub fn manage<C, U>(clients: usize, command: C, combine: U) -> (BTreeMap<String, u64>, Vec<ExitStatus>)
where
    C: Fn(usize) -> Command + Sync,
    U: Fn(u64, u64) -> u64 + Send + Sync,
{
    let mut children = Waited(Vec::new());
    let manager = Manager {
        dict: Mutex::default(),
        changed: Condvar::new(),
        pipes: (0..clients).map(|_| Mutex::new(None)).collect(),
        combine,
    };
    thread::scope(|scope| {
        let _leave = Leave(&manager);
        for client in 0..clients {
            let mut child = command(client).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a client");
            *manager.pipes[client].lock().unwrap() = child.stdin.take();
            let requests = child.stdout.take().unwrap();
            children.0.push(child);
            let manager = &manager;
            scope.spawn(move || manager.serve(client, requests));
        }
    });
    let statuses = children.0.iter_mut().map(|child| child.wait().unwrap()).collect();
    (manager.dict.into_inner().unwrap().values, statuses)
}

/// Who waits for which answer, until the manager is gone.
#[derive(Default)]
struct Asked {
    next: u64,
    waiting: HashMap<u64, Sender<Option<u64>>>,
    gone: bool,
}

pub struct Proxy {
    asked: Arc<Mutex<Asked>>,
}

impl Proxy {
    fn new() -> Self {
        let asked: Arc<Mutex<Asked>> = Arc::default();
        let reader = Arc::clone(&asked);
        // It ends with the manager, or with this process.
        thread::spawn(move || {
            while let Ok(answer) = Frame::read(io::stdin()) {
                let waiting = reader.lock().unwrap().waiting.remove(&answer.id);
                if let Some(waiting) = waiting {
                    let _ = waiting.send((answer.letter == b's').then_some(answer.value));
                }
            }
            let mut asked = reader.lock().unwrap();
            asked.gone = true;
            asked.waiting.clear();
        });
        Self { asked }
    }

    fn call(&self, letter: u8, key: &str, value: u64) -> Result<Option<u64>, CallError> {
        let (sender, answer) = channel();
        let mut asked = self.asked.lock().unwrap();
        if asked.gone {
            return Err(CallError::Gone);
        }
        asked.next += 1;
        let id = asked.next;
        asked.waiting.insert(id, sender);
        // Stdout has a lock of its own, and a frame is written in one piece.
        drop(asked);
        let frame = Frame { id, letter, value, key: key.to_owned() };
        frame.write(io::stdout().lock()).map_err(|_| CallError::Gone)?;
        answer.recv().map_err(|_| CallError::Gone)
    }

    pub fn get(&self, key: &str) -> Result<Option<u64>, CallError> {
        self.call(b'g', key, 0)
    }

    pub fn insert(&self, key: &str, value: u64) -> Result<Option<u64>, CallError> {
        self.call(b'i', key, value)
    }

    pub fn remove(&self, key: &str) -> Result<u64, CallError> {
        self.call(b'r', key, 0)?.ok_or_else(|| CallError::NoSuchKey(key.to_owned()))
    }

    pub fn update(&self, key: &str, with: u64) -> Result<u64, CallError> {
        self.call(b'u', key, with)?.ok_or_else(|| CallError::NoSuchKey(key.to_owned()))
    }

    pub fn len(&self) -> Result<usize, CallError> {
        Ok(self.call(b'l', "", 0)?.unwrap() as usize)
    }
}

pub fn client<B>(body: B)
where
    B: FnOnce(&Proxy),
{
    body(&Proxy::new());
}
