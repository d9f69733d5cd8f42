//! The locks are a row of their own; the balances are atomics, so that nobody needs a guard to read one. Who changes something holds the lock.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    locks: Vec<Mutex<()>>,
    balances: Vec<AtomicU64>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self {
            locks: balances.iter().map(|_| Mutex::new(())).collect(),
            balances: balances.into_iter().map(AtomicU64::new).collect(),
        }
    }

    fn lock(&self, account: usize) -> MutexGuard<'_, ()> {
        self.locks[account].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, account: usize) -> u64 {
        self.balances[account].load(Relaxed)
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let _lock = self.lock(account);
        let new = change(self.read(account));
        self.balances[account].store(new, Relaxed);
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let _first = self.lock(from.min(to));
        let _second = (from != to).then(|| self.lock(from.max(to)));
        let moved = amount(self.read(from), self.read(to));
        let left = self.read(from).checked_sub(moved).ok_or(InsufficientFunds)?;
        if from != to {
            self.balances[from].store(left, Relaxed);
            self.balances[to].fetch_add(moved, Relaxed);
        }
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let _locks: Vec<_> = (0..self.locks.len()).map(|account| self.lock(account)).collect();
        self.balances.iter().map(|balance| balance.load(Relaxed)).sum()
    }
}
