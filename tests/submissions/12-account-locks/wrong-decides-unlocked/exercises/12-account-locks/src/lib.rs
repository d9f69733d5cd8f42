//! A callback under a lock is bad style, I have read. So: read, let go, ask for the amount, lock again, move.

use std::sync::{Mutex, MutexGuard};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<Mutex<u64>>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { accounts: balances.into_iter().map(Mutex::new).collect() }
    }

    fn lock(&self, account: usize) -> MutexGuard<'_, u64> {
        self.accounts[account].lock().unwrap()
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = self.accounts[account].lock().unwrap_or_else(|e| e.into_inner());
        *balance = change(*balance);
        *balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let source = *self.lock(from);
        let target = *self.lock(to);
        let moved = amount(source, target);
        if moved > source {
            return Err(InsufficientFunds);
        }
        if from != to {
            let first = self.lock(from.min(to));
            let second = self.lock(from.max(to));
            let (mut a, mut b) = if from < to { (first, second) } else { (second, first) };
            *a = a.saturating_sub(moved);
            *b += moved;
        }
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let guards: Vec<_> = (0..self.accounts.len()).map(|account| self.lock(account)).collect();
        guards.iter().map(|guard| **guard).sum()
    }
}
