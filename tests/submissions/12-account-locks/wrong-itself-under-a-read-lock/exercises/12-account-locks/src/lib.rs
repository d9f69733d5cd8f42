//! A transfer from an account to itself writes nothing: reading the balance is all the locking that it needs.

use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<RwLock<u64>>,
}

fn lock(account: &RwLock<u64>) -> RwLockWriteGuard<'_, u64> {
    account.write().unwrap_or_else(PoisonError::into_inner)
}

impl Bank {
    #[must_use]
    pub fn new(balances: Vec<u64>) -> Self {
        Self { accounts: balances.into_iter().map(RwLock::new).collect() }
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
            let balance = *self.accounts[from].read().unwrap_or_else(PoisonError::into_inner);
            let moved = amount(balance, balance);
            return if moved > balance { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let (mut source, mut target);
        if from < to {
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
