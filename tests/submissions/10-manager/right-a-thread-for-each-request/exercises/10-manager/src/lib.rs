//! Lines of text with a number, a verb and numbers, keys as numbers of their characters; a thread for each request.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead, BufReader, Write};
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{mpsc, Mutex, RwLock};
use std::thread;

/// Why a call of a proxy failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    /// The manager raised this: the key, exactly as it was passed, is not there.
    NoSuchKey(String),
    /// The manager is gone, for good.
    Gone,
}

fn key_out(key: &str) -> String { key.chars().map(|c| format!("{:x}.", c as u32)).collect() }
fn key_in(text: &str) -> String {
    text.split_terminator('.').map(|h| char::from_u32(u32::from_str_radix(h, 16).unwrap()).unwrap()).collect()
}

struct Server<U> {
    dict: RwLock<BTreeMap<String, u64>>,
    combine: U,
    clients: Mutex<Vec<Option<ChildStdin>>>,
    panic: Mutex<Option<Box<dyn std::any::Any + Send>>>,
}

impl<U: Fn(u64, u64) -> u64 + Send + Sync> Server<U> {
    /// `None`: gone.
    fn execute(&self, words: &[&str]) -> Option<String> {
        let say = |v: Option<u64>| Some(v.map_or("-".to_owned(), |v| v.to_string()));
        match *words {
            ["get", key] => say(self.dict.read().ok()?.get(&key_in(key.trim_start_matches('k'))).copied()),
            ["len"] => say(Some(self.dict.read().ok()?.len() as u64)),
            ["insert", key, v] => say(self.dict.write().ok()?.insert(key_in(&key[1..]), v.parse().unwrap())),
            ["remove", key] => say(self.dict.write().ok()?.remove(&key_in(&key[1..]))),
            ["update", key, v] => {
                let mut dict = self.dict.write().ok()?;
                say(dict.get_mut(&key_in(&key[1..])).map(|old| {
                    *old = (self.combine)(*old, v.parse().unwrap());
                    *old
                }))
            }
            _ => unreachable!("{words:?}"),
        }
    }
    fn answer(&self, number: usize, id: &str, text: &str) {
        if let Some(to) = &mut self.clients.lock().unwrap()[number] { let _ = writeln!(to, "{id} {text}"); }
    }
    fn fail(&self, payload: Box<dyn std::any::Any + Send>) {
        self.panic.lock().unwrap().get_or_insert(payload);
        self.clients.lock().unwrap().iter_mut().for_each(|c| *c = None);
    }
}

pub fn manage<C, U>(clients: usize, command: C, combine: U) -> (BTreeMap<String, u64>, Vec<ExitStatus>)
where
    C: Fn(usize) -> Command + Sync,
    U: Fn(u64, u64) -> u64 + Send + Sync,
{
    let server = Server {
        dict: RwLock::default(),
        combine,
        clients: Mutex::new((0..clients).map(|_| None).collect()),
        panic: Mutex::new(None),
    };
    let mut children: Vec<Child> = Vec::new();
    let started = catch_unwind(AssertUnwindSafe(|| {
        for number in 0..clients {
            let mut child = command(number).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a client");
            server.clients.lock().unwrap()[number] = child.stdin.take();
            children.push(child);
        }
    }));
    if let Err(payload) = started { server.fail(payload); }
    let statuses = thread::scope(|s| {
        let server = &server;
        for (number, child) in children.iter_mut().enumerate() {
            let from = BufReader::new(child.stdout.take().unwrap());
            s.spawn(move || {
                for line in from.split(b'\n') {
                    let Ok(line) = line else { break };
                    // A line that was cut has no full stop at its end.
                    let Some(line) = String::from_utf8(line).ok().and_then(|l| l.strip_suffix(" ;").map(str::to_owned)) else { break };
                    if server.panic.lock().unwrap().is_some() { break; }
                    s.spawn(move || {
                        let words: Vec<&str> = line.split(' ').collect();
                        match catch_unwind(AssertUnwindSafe(|| server.execute(&words[1..]))) {
                            Ok(Some(text)) => server.answer(number, words[0], &text),
                            Ok(None) => {}
                            Err(payload) => server.fail(payload),
                        }
                    });
                }
            });
        }
        children.iter_mut().map(|child| child.wait().unwrap()).collect::<Vec<_>>()
    });
    if let Some(payload) = server.panic.into_inner().unwrap() { resume_unwind(payload); }
    (server.dict.into_inner().unwrap(), statuses)
}

/// Stands for the manager's dict in a client process. Several threads may use it at once.
#[derive(Debug)]
pub struct Proxy { state: std::sync::Arc<Mutex<State>> }

#[derive(Debug, Default)]
struct State { next: u64, waiting: HashMap<u64, mpsc::Sender<String>>, gone: bool }

impl Proxy {
    fn call(&self, what: &str) -> Result<Option<u64>, CallError> {
        let (tell, told) = mpsc::channel();
        let id = {
            let mut state = self.state.lock().unwrap();
            if state.gone { return Err(CallError::Gone); }
            state.next += 1;
            let id = state.next;
            state.waiting.insert(id, tell);
            id
        };
        let line = format!("{id} {what} ;\n");
        {
            let mut out = io::stdout().lock();
            if out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_err() {
                let mut state = self.state.lock().unwrap();
                state.gone = true;
                state.waiting.clear();
            }
        }
        let answer = told.recv().map_err(|_| CallError::Gone)?;
        Ok(answer.parse().ok())
    }
    fn there(key: &str, found: Option<u64>) -> Result<u64, CallError> {
        found.ok_or_else(|| CallError::NoSuchKey(key.into()))
    }
    pub fn get(&self, key: &str) -> Result<Option<u64>, CallError> { self.call(&format!("get k{}", key_out(key))) }
    pub fn insert(&self, key: &str, value: u64) -> Result<Option<u64>, CallError> {
        self.call(&format!("insert k{} {value}", key_out(key)))
    }
    pub fn remove(&self, key: &str) -> Result<u64, CallError> {
        self.call(&format!("remove k{}", key_out(key))).and_then(|v| Self::there(key, v))
    }
    pub fn update(&self, key: &str, with: u64) -> Result<u64, CallError> {
        self.call(&format!("update k{} {with}", key_out(key))).and_then(|v| Self::there(key, v))
    }
    pub fn len(&self) -> Result<usize, CallError> { Ok(self.call("len")?.unwrap() as usize) }
}

pub fn client<B>(body: B)
where
    B: FnOnce(&Proxy),
{
    let state = std::sync::Arc::new(Mutex::new(State::default()));
    let shared = state.clone();
    thread::spawn(move || {
        for line in io::stdin().lines() {
            let Ok(line) = line else { break };
            let Some((id, answer)) = line.split_once(' ') else { break };
            let waiting = shared.lock().unwrap().waiting.remove(&id.parse().unwrap());
            if let Some(tell) = waiting { let _ = tell.send(answer.to_owned()); }
        }
        let mut state = shared.lock().unwrap();
        state.gone = true;
        state.waiting.clear();
    });
    body(&Proxy { state });
}
