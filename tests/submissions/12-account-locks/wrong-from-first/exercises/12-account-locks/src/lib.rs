//! First the account that the money comes from, then the one that it goes to. (In this order, whatever the numbers.)

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
        let mut source = self.lock(from);
        if from == to {
            let moved = amount(*source, *source);
            return if moved > *source { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let mut target = self.lock(to);
        let moved = amount(*source, *target);
        if moved > *source {
            return Err(InsufficientFunds);
        }
        *source -= moved;
        *target += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let guards: Vec<_> = (0..self.accounts.len()).map(|i| self.lock(i)).collect();
        guards.iter().map(|g| **g).sum()
    }
}
