//! Share by communicating: a thread owns the balances and works one request after the other.

use std::sync::mpsc::{Sender, channel};
use std::thread;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

type Request = Box<dyn FnOnce(&mut Vec<u64>) + Send>;

pub struct Bank {
    requests: Sender<Request>,
}

impl Bank {
    pub fn new(mut balances: Vec<u64>) -> Self {
        let (requests, inbox) = channel::<Request>();
        thread::spawn(move || {
            for request in inbox {
                request(&mut balances);
            }
        });
        Self { requests }
    }

    fn ask<R: Send + 'static>(&self, request: impl FnOnce(&mut Vec<u64>) -> R + Send + 'static) -> R {
        let (answer, result) = channel();
        let request = move |balances: &mut Vec<u64>| answer.send(request(balances)).unwrap();
        self.requests.send(Box::new(request)).unwrap();
        result.recv().unwrap()
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        self.ask(move |balances| {
            balances[account] = change(balances[account]);
            balances[account]
        })
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        self.ask(move |balances| {
            let moved = amount(balances[from], balances[to]);
            if moved > balances[from] {
                return Err(InsufficientFunds);
            }
            balances[from] -= moved;
            balances[to] += moved;
            Ok(moved)
        })
    }

    pub fn total(&self) -> u64 {
        self.ask(|balances| balances.iter().sum())
    }
}
