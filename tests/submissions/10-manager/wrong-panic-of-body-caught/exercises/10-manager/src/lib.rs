//! A panic of `body` is caught, so that the client ends in an orderly way.

use std::collections::BTreeMap;
use std::io;
use std::io::{BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    NoSuchKey(String),
    Gone,
}

type Inputs = Vec<Mutex<Option<ChildStdin>>>;
struct CloseAll<'a>(&'a Inputs);
impl Drop for CloseAll<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            for i in self.0 {
                i.lock().unwrap_or_else(|e| e.into_inner()).take();
            }
        }
    }
}
struct Reap(Child);
impl Drop for Reap {
    fn drop(&mut self) {
        let _ = self.0.wait();
    }
}
pub fn manage<C, U>(clients: usize, command: C, combine: U) -> (BTreeMap<String, u64>, Vec<ExitStatus>)
where
    C: Fn(usize) -> Command + Sync,
    U: Fn(u64, u64) -> u64 + Send + Sync,
{
    let dict = Mutex::new(BTreeMap::new());
    let inputs: Inputs = (0..clients).map(|_| Mutex::new(None)).collect();
    let statuses = thread::scope(|s| {
        let _close = CloseAll(&inputs);
        let mut hs = Vec::new();
        for i in 0..clients {
            let mut child = command(i)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("client cannot be started");
            *inputs[i].lock().unwrap() = child.stdin.take();
            let out = child.stdout.take().unwrap();
            let (dict, combine, inputs) = (&dict, &combine, &inputs);
            hs.push(s.spawn(move || {
                let mut child = Reap(child);
                {
                    let _close = CloseAll(inputs);
                    serve(out, &inputs[i], dict, combine);
                }
                inputs[i].lock().unwrap_or_else(|e| e.into_inner()).take();
                child.0.wait().unwrap()
            }));
        }
        hs.into_iter().map(|h| h.join().unwrap()).collect()
    });
    (dict.into_inner().unwrap(), statuses)
}
fn serve<U: Fn(u64, u64) -> u64>(
    out: ChildStdout,
    input: &Mutex<Option<ChildStdin>>,
    dict: &Mutex<BTreeMap<String, u64>>,
    combine: &U,
) {
    let mut out = BufReader::new(out);
    while let Some((op, value, key)) = request(&mut out) {
        let found = {
            let Ok(mut d) = dict.lock() else { return };
            match op {
                b'g' => d.get(&key).copied(),
                b'i' => d.insert(key, value),
                b'r' => d.remove(&key),
                b'u' => d.get_mut(&key).map(|v| {
                    *v = combine(*v, value);
                    *v
                }),
                _ => Some(d.len() as u64),
            }
        };
        let mut answer = [0; 9];
        if let Some(v) = found {
            answer[0] = 1;
            answer[1..].copy_from_slice(&v.to_be_bytes());
        }
        if let Some(w) = input.lock().unwrap_or_else(|e| e.into_inner()).as_mut() {
            let _ = w.write_all(&answer);
        }
    }
}
fn request(r: &mut impl Read) -> Option<(u8, u64, String)> {
    let mut head = [0; 13];
    r.read_exact(&mut head).ok()?;
    let value = u64::from_be_bytes(head[1..9].try_into().unwrap());
    let len = u32::from_be_bytes(head[9..].try_into().unwrap());
    let mut key = vec![0; len as usize];
    r.read_exact(&mut key).ok()?;
    Some((head[0], value, String::from_utf8(key).ok()?))
}

#[derive(Debug)]
pub struct Proxy {
    busy: Mutex<()>,
}
impl Proxy {
    fn call(&self, op: u8, key: &str, value: u64) -> Result<(u8, u64), CallError> {
        let _turn = self.busy.lock().unwrap();
        talk(op, key, value).map_err(|_| CallError::Gone)
    }
    pub fn get(&self, key: &str) -> Result<Option<u64>, CallError> {
        self.call(b'g', key, 0).map(maybe)
    }
    pub fn insert(&self, key: &str, value: u64) -> Result<Option<u64>, CallError> {
        self.call(b'i', key, value).map(maybe)
    }
    pub fn remove(&self, key: &str) -> Result<u64, CallError> {
        must(key, self.call(b'r', key, 0)?)
    }
    pub fn update(&self, key: &str, with: u64) -> Result<u64, CallError> {
        must(key, self.call(b'u', key, with)?)
    }
    pub fn len(&self) -> Result<usize, CallError> {
        Ok(self.call(b'l', "", 0)?.1 as usize)
    }
}
fn maybe((there, value): (u8, u64)) -> Option<u64> {
    (there == 1).then_some(value)
}
fn must(key: &str, answer: (u8, u64)) -> Result<u64, CallError> {
    maybe(answer).ok_or_else(|| CallError::NoSuchKey(key.to_string()))
}
fn talk(op: u8, key: &str, value: u64) -> io::Result<(u8, u64)> {
    let mut out = io::stdout().lock();
    let mut frame = vec![op];
    frame.extend(value.to_be_bytes());
    frame.extend((key.len() as u32).to_be_bytes());
    frame.extend(key.as_bytes());
    out.write_all(&frame)?;
    out.flush()?;
    let mut answer = [0; 9];
    io::stdin().lock().read_exact(&mut answer)?;
    Ok((answer[0], u64::from_be_bytes(answer[1..].try_into().unwrap())))
}
pub fn client<B>(body: B)
where
    B: FnOnce(&Proxy),
{
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body(&Proxy { busy: Mutex::new(()) })));
}
