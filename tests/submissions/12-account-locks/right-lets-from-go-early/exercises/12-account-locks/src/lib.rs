//! Two-phase locking: first all locks are taken, then they are let go one by one, each when its account is written. As soon as the money has
//! left, others may use that account again.

use std::sync::{Mutex, MutexGuard, PoisonError};

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
        self.accounts[account].lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = self.lock(account);
        *balance = change(*balance);
        *balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        if from == to {
            let balance = self.lock(from);
            let moved = amount(*balance, *balance);
            return if moved > *balance { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let first = self.lock(from.min(to));
        let second = self.lock(from.max(to));
        let (mut source, mut target) = if from < to { (first, second) } else { (second, first) };
        let moved = amount(*source, *target);
        if moved > *source {
            return Err(InsufficientFunds);
        }
        *source -= moved;
        drop(source); // its part is done, and nobody can look at the other one yet
        *target += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let guards: Vec<_> = (0..self.accounts.len()).map(|account| self.lock(account)).collect();
        guards.iter().map(|guard| **guard).sum()
    }
}
