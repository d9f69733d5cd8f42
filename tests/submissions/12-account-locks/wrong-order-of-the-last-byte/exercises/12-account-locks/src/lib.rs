//! A lock for each account, taken in the order of their numbers, which fit in a byte.

use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<Mutex<u64>>,
}

fn lock(account: &Mutex<u64>) -> MutexGuard<'_, u64> {
    account.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Bank {
    #[must_use]
    pub fn new(balances: Vec<u64>) -> Self {
        Self { accounts: balances.into_iter().map(Mutex::new).collect() }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = lock(&self.accounts[account]);
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
            let balance = lock(&self.accounts[from]);
            let moved = amount(*balance, *balance);
            return if moved > *balance { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let (mut source, mut target);
        if (from as u8) <= (to as u8) {
            source = lock(&self.accounts[from]);
            target = lock(&self.accounts[to]);
        } else {
            target = lock(&self.accounts[to]);
            source = lock(&self.accounts[from]);
        }
        let moved = amount(*source, *target);
        *source = source.checked_sub(moved).ok_or(InsufficientFunds)?;
        *target += moved;
        Ok(moved)
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        let all: Vec<_> = self.accounts.iter().map(lock).collect();
        all.iter().map(|balance| **balance).sum()
    }
}
