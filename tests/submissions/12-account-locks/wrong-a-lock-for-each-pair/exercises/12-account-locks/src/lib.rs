//! A transfer is between two accounts, so what has to be locked is the pair.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

type Pair = (usize, usize);

pub struct Bank {
    balances: Vec<AtomicU64>,
    locks: Mutex<HashMap<Pair, Arc<Mutex<()>>>>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { balances: balances.into_iter().map(AtomicU64::new).collect(), locks: Mutex::default() }
    }

    fn lock_of(&self, one: usize, other: usize) -> Arc<Mutex<()>> {
        let mut locks = self.locks.lock().unwrap();
        locks.entry((one.min(other), one.max(other))).or_default().clone()
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let lock = self.lock_of(account, account);
        let _guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
        let new = change(self.balances[account].load(SeqCst));
        self.balances[account].store(new, SeqCst);
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let lock = self.lock_of(from, to);
        let _guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
        let source = self.balances[from].load(SeqCst);
        let moved = amount(source, self.balances[to].load(SeqCst));
        if moved > source {
            return Err(InsufficientFunds);
        }
        self.balances[from].fetch_sub(moved, SeqCst);
        self.balances[to].fetch_add(moved, SeqCst);
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        self.balances.iter().map(|balance| balance.load(SeqCst)).sum()
    }
}
