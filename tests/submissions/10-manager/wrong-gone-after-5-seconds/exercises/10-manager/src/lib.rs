//! Numbered requests and a thread that reads. A manager that has not answered for 5 seconds must be gone.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, RwLock};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    NoSuchKey(String),
    Gone,
}

#[derive(Debug, Default)]
struct Table {
    answers: HashMap<u64, (u8, u64)>,
    gone: bool,
}
#[derive(Debug)]
pub struct Proxy {
    next: AtomicU64,
    out: Mutex<io::Stdout>,
    shared: Arc<(Mutex<Table>, Condvar)>,
}
impl Proxy {
    fn call(&self, op: u8, key: &str, value: u64) -> Result<(u8, u64), CallError> {
        let id = self.next.fetch_add(1, SeqCst);
        {
            let mut out = self.out.lock().unwrap();
            let mut f = Vec::new();
            f.extend(id.to_le_bytes());
            f.push(op);
            f.extend(value.to_le_bytes());
            f.extend((key.len() as u64).to_le_bytes());
            f.extend(key.bytes());
            out.write_all(&f).and_then(|_| out.flush()).map_err(|_| CallError::Gone)?;
        }
        let (table, bell) = &*self.shared;
        let mut t = table.lock().unwrap();
        loop {
            if let Some(a) = t.answers.remove(&id) {
                return Ok(a);
            }
            if t.gone {
                return Err(CallError::Gone);
            }
            let (g, out) = bell.wait_timeout(t, std::time::Duration::from_secs(5)).unwrap();
            t = g;
            if out.timed_out() {
                return Err(CallError::Gone);
            }
        }
    }
    pub fn get(&self, key: &str) -> Result<Option<u64>, CallError> {
        self.call(0, key, 0).map(|(t, v)| (t > 0).then_some(v))
    }
    pub fn insert(&self, key: &str, value: u64) -> Result<Option<u64>, CallError> {
        self.call(1, key, value).map(|(t, v)| (t > 0).then_some(v))
    }
    pub fn remove(&self, key: &str) -> Result<u64, CallError> {
        match self.call(2, key, 0)? {
            (0, _) => Err(CallError::NoSuchKey(key.into())),
            (_, v) => Ok(v),
        }
    }
    pub fn update(&self, key: &str, with: u64) -> Result<u64, CallError> {
        match self.call(3, key, with)? {
            (0, _) => Err(CallError::NoSuchKey(key.into())),
            (_, v) => Ok(v),
        }
    }
    pub fn len(&self) -> Result<usize, CallError> {
        self.call(4, "", 0).map(|(_, v)| v as usize)
    }
}
pub fn client<B>(body: B)
where
    B: FnOnce(&Proxy),
{
    let shared = Arc::new((Mutex::new(Table::default()), Condvar::new()));
    let s2 = shared.clone();
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        let mut f = [0u8; 17];
        while input.read_exact(&mut f).is_ok() {
            let id = u64::from_le_bytes(f[..8].try_into().unwrap());
            s2.0.lock().unwrap().answers.insert(id, (f[8], u64::from_le_bytes(f[9..].try_into().unwrap())));
            s2.1.notify_all();
        }
        s2.0.lock().unwrap().gone = true;
        s2.1.notify_all();
    });
    body(&Proxy { next: AtomicU64::new(7), out: Mutex::new(io::stdout()), shared });
}
struct Client {
    child: Mutex<Child>,
    input: Mutex<Option<ChildStdin>>,
}
pub fn manage<C, U>(clients: usize, command: C, combine: U) -> (BTreeMap<String, u64>, Vec<ExitStatus>)
where
    C: Fn(usize) -> Command + Sync,
    U: Fn(u64, u64) -> u64 + Send + Sync,
{
    let dict = RwLock::new(BTreeMap::<String, u64>::new());
    let failed: Mutex<Option<Box<dyn std::any::Any + Send>>> = Mutex::new(None);
    let everybody: Vec<std::sync::OnceLock<Client>> =
        (0..clients).map(|_| std::sync::OnceLock::new()).collect();
    let give_up = |e: Box<dyn std::any::Any + Send>| {
        failed.lock().unwrap().get_or_insert(e);
        for c in everybody.iter().filter_map(|c| c.get()) {
            c.input.lock().unwrap().take();
        }
    };
    let statuses = thread::scope(|s| {
        let mut hs = Vec::new();
        for i in 0..clients {
            let started = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                command(i).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("start")
            }));
            let mut child = match started {
                Ok(c) => c,
                Err(e) => {
                    give_up(e);
                    break;
                }
            };
            let input = child.stdin.take();
            let mut out = child.stdout.take().unwrap();
            let me =
                everybody[i].get_or_init(|| Client { child: Mutex::new(child), input: Mutex::new(input) });
            let (dict, combine, failed, give_up) = (&dict, &combine, &failed, &give_up);
            hs.push(s.spawn(move || {
                let mut head = [0u8; 25];
                while out.read_exact(&mut head).is_ok() {
                    let len = u64::from_le_bytes(head[17..].try_into().unwrap()) as usize;
                    let mut key = Vec::new();
                    if (&mut out).take(len as u64).read_to_end(&mut key).is_err() || key.len() < len {
                        break;
                    }
                    let key = String::from_utf8(key).unwrap();
                    let value = u64::from_le_bytes(head[9..17].try_into().unwrap());
                    let r = match head[8] {
                        0 => dict.read().unwrap().get(&key).copied(),
                        4 => Some(dict.read().unwrap().len() as u64),
                        op => {
                            let mut d = dict.write().unwrap();
                            if failed.lock().unwrap().is_some() {
                                break;
                            }
                            match op {
                                1 => d.insert(key, value),
                                2 => d.remove(&key),
                                _ => {
                                    let Some(old) = d.get(&key).copied() else {
                                        drop(d);
                                        answer(me, &head, None);
                                        continue;
                                    };
                                    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                                        combine(old, value)
                                    })) {
                                        Ok(new) => {
                                            d.insert(key, new);
                                            Some(new)
                                        }
                                        Err(e) => {
                                            give_up(e);
                                            break;
                                        }
                                    }
                                }
                            }
                        }
                    };
                    if failed.lock().unwrap().is_some() {
                        break;
                    }
                    answer(me, &head, r);
                }
                drop(out);
                me.input.lock().unwrap().take();
                me.child.lock().unwrap().wait().unwrap()
            }));
        }
        hs.into_iter().map(|h| h.join().unwrap()).collect::<Vec<_>>()
    });
    if let Some(e) = failed.into_inner().unwrap() {
        std::panic::resume_unwind(e)
    }
    (dict.into_inner().unwrap(), statuses)
}
fn answer(me: &Client, head: &[u8; 25], r: Option<u64>) {
    let mut f = head[..8].to_vec();
    f.push(r.is_some().into());
    f.extend(r.unwrap_or_default().to_le_bytes());
    if let Some(w) = &mut *me.input.lock().unwrap() {
        let _ = w.write_all(&f);
    }
}
