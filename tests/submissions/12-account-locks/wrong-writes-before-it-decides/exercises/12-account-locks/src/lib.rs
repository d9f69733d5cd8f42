//! Take it, and see whether that was possible.

use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<Mutex<i128>>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { accounts: balances.into_iter().map(|balance| Mutex::new(balance.into())).collect() }
    }

    fn lock(&self, account: usize) -> MutexGuard<'_, i128> {
        self.accounts[account].lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = self.lock(account);
        let new = change(*balance as u64);
        *balance = new.into();
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        if from == to {
            let balance = self.lock(from);
            let moved = amount(*balance as u64, *balance as u64);
            return if i128::from(moved) > *balance { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let first = self.lock(from.min(to));
        let second = self.lock(from.max(to));
        let (mut source, mut target) = if from < to { (first, second) } else { (second, first) };
        let moved = amount(*source as u64, *target as u64);
        *source -= i128::from(moved);
        if *source < 0 {
            return Err(InsufficientFunds);
        }
        *target += i128::from(moved);
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let guards: Vec<_> = (0..self.accounts.len()).map(|account| self.lock(account)).collect();
        guards.iter().map(|guard| **guard).sum::<i128>() as u64
    }
}
