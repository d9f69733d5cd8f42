//! A thread for each client and a line for each message: words with a space in between, and a key in which everything but letters and
//! digits is written as %XX.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    NoSuchKey(String),
    Gone,
}

fn escape(key: &str) -> String {
    key.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

type Dict = Mutex<BTreeMap<String, u64>>;
type Pipes = Vec<Mutex<Option<ChildStdin>>>;

/// The answer to one line; `None` if it is no request, or the manager is gone.
fn answer(line: &str, dict: &Dict, combine: &impl Fn(u64, u64) -> u64) -> Option<String> {
    let line = line.strip_suffix('\n')?;
    let mut words = line.split(' ');
    let verb = words.next()?;
    let key = unescape(words.next()?)?;
    let number = words.next()?.parse::<u64>().ok()?;
    let mut dict = dict.lock().ok()?;
    let found = match verb {
        "get" => dict.get(&key).copied(),
        "insert" => dict.insert(key, number),
        "remove" => dict.remove(&key),
        "len" => Some(dict.len() as u64),
        "update" => match dict.get_mut(&key) {
            Some(value) => {
                *value = combine(*value, number);
                Some(*value)
            }
            None => None,
        },
        _ => return None,
    };
    Some(match found {
        Some(value) => format!("some {value}\n"),
        None => "none\n".to_owned(),
    })
}

/// Closes the way to all clients if there is a panic.
struct HangUp<'a>(&'a Pipes);

impl Drop for HangUp<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            for pipe in self.0 {
                *pipe.lock().unwrap() = None;
            }
        }
    }
}

struct WaitFor(Child);

impl Drop for WaitFor {
    fn drop(&mut self) {
        let _ = self.0.wait();
    }
}

fn serve(
    mut child: Child,
    number: usize,
    dict: &Dict,
    pipes: &Pipes,
    gone: &Mutex<bool>,
    combine: &impl Fn(u64, u64) -> u64,
) -> ExitStatus {
    let stdout = child.stdout.take().unwrap();
    *pipes[number].lock().unwrap() = child.stdin.take();
    let mut child = WaitFor(child);
    let _hang_up = HangUp(pipes);
    let mut requests = BufReader::new(stdout);
    let mut line = String::new();
    loop {
        line.clear();
        if !matches!(requests.read_line(&mut line), Ok(1..)) || *gone.lock().unwrap() {
            break;
        }
        let Some(answer) = answer(&line, dict, combine) else { break };
        if let Some(pipe) = &mut *pipes[number].lock().unwrap() {
            let _ = pipe.write_all(answer.as_bytes());
        }
    }
    drop(requests);
    *pipes[number].lock().unwrap() = None;
    child.0.wait().unwrap()
}

pub fn manage<C, U>(clients: usize, command: C, combine: U) -> (BTreeMap<String, u64>, Vec<ExitStatus>)
where
    C: Fn(usize) -> Command + Sync,
    U: Fn(u64, u64) -> u64 + Send + Sync,
{
    let dict = Dict::default();
    let pipes: Pipes = (0..clients).map(|_| Mutex::new(None)).collect();
    let gone = Mutex::new(false);
    struct Leave<'a>(&'a Mutex<bool>);
    impl Drop for Leave<'_> {
        fn drop(&mut self) {
            if thread::panicking() {
                *self.0.lock().unwrap() = true;
            }
        }
    }
    let statuses = thread::scope(|scope| {
        let _hang_up = HangUp(&pipes);
        let _leave = Leave(&gone);
        let mut threads = Vec::new();
        for number in 0..clients {
            let child = command(number)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("no client process");
            let (dict, pipes, gone, combine) = (&dict, &pipes, &gone, &combine);
            threads.push(scope.spawn(move || serve(child, number, dict, pipes, gone, combine)));
        }
        threads.into_iter().map(|thread| thread.join().expect("a thread of the manager panicked")).collect()
    });
    (dict.into_inner().unwrap(), statuses)
}

#[derive(Debug, Default)]
pub struct Proxy(Mutex<()>);

impl Proxy {
    fn ask(&self, verb: &str, key: &str, number: u64) -> Result<Option<u64>, CallError> {
        let _turn = self.0.lock().unwrap();
        let line = format!("{verb} {} {number}\n", escape(key));
        let mut stdout = io::stdout().lock();
        stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush()).map_err(|_| CallError::Gone)?;
        let mut answer = String::new();
        match io::stdin().read_line(&mut answer) {
            Ok(1..) => {}
            _ => return Err(CallError::Gone),
        }
        match answer.trim_end().split_once(' ') {
            Some((_, value)) => value.parse().map(Some).map_err(|_| CallError::Gone),
            None => Ok(None),
        }
    }

    pub fn get(&self, key: &str) -> Result<Option<u64>, CallError> {
        self.ask("get", key, 0)
    }

    pub fn insert(&self, key: &str, value: u64) -> Result<Option<u64>, CallError> {
        self.ask("insert", key, value)
    }

    pub fn remove(&self, key: &str) -> Result<u64, CallError> {
        self.ask("remove", key, 0)?.ok_or(CallError::NoSuchKey(key.to_string()))
    }

    pub fn update(&self, key: &str, with: u64) -> Result<u64, CallError> {
        self.ask("update", key, with)?.ok_or(CallError::NoSuchKey(key.to_string()))
    }

    pub fn len(&self) -> Result<usize, CallError> {
        Ok(self.ask("len", "", 0)?.unwrap_or(0) as usize)
    }
}

pub fn client<B>(body: B)
where
    B: FnOnce(&Proxy),
{
    body(&Proxy::default());
}
