//! Spaces, tabs and line ends are escaped, so a line falls apart by `split_whitespace`.

use std::collections::BTreeMap;
use std::io;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::mpsc;
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    NoSuchKey(String),
    Gone,
}

enum Event {
    Line(usize, String),
    End(usize),
}
struct Everybody {
    inputs: Vec<Option<ChildStdin>>,
    children: Vec<Child>,
    readers: Vec<thread::JoinHandle<()>>,
}
impl Drop for Everybody {
    fn drop(&mut self) {
        self.inputs.clear();
        for r in self.readers.drain(..) {
            let _ = r.join();
        }
        for c in &mut self.children {
            let _ = c.wait();
        }
    }
}
pub fn manage<C, U>(clients: usize, command: C, combine: U) -> (BTreeMap<String, u64>, Vec<ExitStatus>)
where
    C: Fn(usize) -> Command + Sync,
    U: Fn(u64, u64) -> u64 + Send + Sync,
{
    let mut dict = BTreeMap::<String, u64>::new();
    let (tell, events) = mpsc::channel();
    let mut all = Everybody { inputs: vec![], children: vec![], readers: vec![] };
    for i in 0..clients {
        let mut child = command(i).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        all.inputs.push(child.stdin.take());
        let mut out = BufReader::new(child.stdout.take().unwrap());
        all.children.push(child);
        let tell = tell.clone();
        all.readers.push(thread::spawn(move || {
            let mut line = String::new();
            while matches!(out.read_line(&mut line), Ok(n) if n > 0) {
                if !line.ends_with('\n') {
                    break;
                }
                line.pop();
                if tell.send(Event::Line(i, std::mem::take(&mut line))).is_err() {
                    break;
                }
            }
            let _ = tell.send(Event::End(i));
        }));
    }
    drop(tell);
    for event in events {
        match event {
            Event::Line(i, line) => {
                let mut words = line.split_whitespace();
                let op = words.next().unwrap();
                let key = unhex(words.next().unwrap_or(""));
                let number = words.next().map(|n| n.parse::<u64>().unwrap());
                let result = match op {
                    "get" => dict.get(&key).copied(),
                    "insert" => dict.insert(key, number.unwrap()),
                    "remove" => dict.remove(&key),
                    "update" => match dict.get(&key) {
                        Some(v) => {
                            let new = combine(*v, number.unwrap());
                            dict.insert(key, new);
                            Some(new)
                        }
                        None => None,
                    },
                    _ => Some(dict.len() as u64),
                };
                let text = result.map_or("none\n".to_string(), |v| format!("{v}\n"));
                if let Some(w) = &mut all.inputs[i] {
                    let _ = w.write_all(text.as_bytes());
                }
            }
            Event::End(i) => {
                all.inputs[i] = None;
            }
        }
    }
    let statuses = all.children.iter_mut().map(|c| c.wait().unwrap()).collect();
    (dict, statuses)
}

#[derive(Debug)]
pub struct Proxy {
    pipe: Mutex<io::Lines<BufReader<io::Stdin>>>,
}
impl Proxy {
    fn ask(&self, line: String) -> Result<String, CallError> {
        let mut lines = self.pipe.lock().map_err(|_| CallError::Gone)?;
        let mut out = io::stdout();
        out.write_all(line.as_bytes()).and_then(|()| out.flush()).map_err(|_| CallError::Gone)?;
        match lines.next() {
            Some(Ok(l)) => Ok(l),
            _ => Err(CallError::Gone),
        }
    }
    fn opt(a: &str) -> Option<u64> {
        a.parse().ok()
    }
    pub fn get(&self, key: &str) -> Result<Option<u64>, CallError> {
        Ok(Self::opt(&self.ask(format!("get {}\n", hex(key)))?))
    }
    pub fn insert(&self, key: &str, value: u64) -> Result<Option<u64>, CallError> {
        Ok(Self::opt(&self.ask(format!("insert {} {value}\n", hex(key)))?))
    }
    pub fn remove(&self, key: &str) -> Result<u64, CallError> {
        Self::opt(&self.ask(format!("remove {}\n", hex(key)))?).ok_or(CallError::NoSuchKey(key.to_owned()))
    }
    pub fn update(&self, key: &str, with: u64) -> Result<u64, CallError> {
        Self::opt(&self.ask(format!("update {} {with}\n", hex(key)))?)
            .ok_or(CallError::NoSuchKey(key.to_owned()))
    }
    pub fn len(&self) -> Result<usize, CallError> {
        Ok(self.ask("len\n".to_string())?.parse().unwrap())
    }
}

fn hex(key: &str) -> String {
    let mut o = String::from("=");
    for c in key.chars() {
        match c {
            '%' => o += "%25",
            ' ' => o += "%20",
            '\n' => o += "%0A",
            '\r' => o += "%0D",
            '\t' => o += "%09",
            c => o.push(c),
        }
    }
    o
}
fn unhex(t: &str) -> String {
    t.strip_prefix('=')
        .unwrap_or("")
        .replace("%20", " ")
        .replace("%0A", "\n")
        .replace("%0D", "\r")
        .replace("%09", "\t")
        .replace("%25", "%")
}
pub fn client<B>(body: B)
where
    B: FnOnce(&Proxy),
{
    let proxy = Proxy { pipe: Mutex::new(BufReader::new(io::stdin()).lines()) };
    body(&proxy)
}
