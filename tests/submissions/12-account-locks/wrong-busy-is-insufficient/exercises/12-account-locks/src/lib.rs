//! transfer has an error for "not possible now". If an account is locked, it is not possible now.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<Mutex<u64>>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { accounts: balances.into_iter().map(Mutex::new).collect() }
    }

    fn try_to_lock(&self, account: usize) -> Result<MutexGuard<'_, u64>, InsufficientFunds> {
        match self.accounts[account].try_lock() {
            Err(TryLockError::WouldBlock) => Err(InsufficientFunds),
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Ok(guard) => Ok(guard),
        }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = self.accounts[account].lock().unwrap_or_else(PoisonError::into_inner);
        *balance = change(*balance);
        *balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let mut source = self.try_to_lock(from)?;
        if from == to {
            let moved = amount(*source, *source);
            return if moved > *source { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let mut target = self.try_to_lock(to)?;
        let moved = amount(*source, *target);
        *source = source.checked_sub(moved).ok_or(InsufficientFunds)?;
        *target += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let guards: Vec<_> =
            self.accounts.iter().map(|a| a.lock().unwrap_or_else(PoisonError::into_inner)).collect();
        guards.iter().map(|guard| **guard).sum()
    }
}
