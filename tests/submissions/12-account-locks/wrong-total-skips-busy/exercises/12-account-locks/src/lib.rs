//! total should not disturb anybody: accounts that are locked just now are left out.

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
        let mutex = &self.accounts[account];
        mutex.clear_poison();
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
        let mut guards: Vec<MutexGuard<'_, u64>> = Vec::new();
        guards.push(self.lock(from.min(to)));
        if from != to {
            guards.push(self.lock(from.max(to)));
        }
        let (f, t) = (usize::from(from > to), usize::from(to > from));
        let moved = amount(*guards[f], *guards[t]);
        if moved > *guards[f] {
            return Err(InsufficientFunds);
        }
        *guards[f] -= moved;
        *guards[t] += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let free: Vec<_> = self
            .accounts
            .iter()
            .inspect(|account| account.clear_poison())
            .filter_map(|account| account.try_lock().ok())
            .collect();
        free.iter().map(|balance| **balance).sum()
    }
}
