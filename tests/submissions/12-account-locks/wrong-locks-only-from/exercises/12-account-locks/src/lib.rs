//! Only the account that loses money can run dry, so that one is locked. The other one just gets something added.

use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<Mutex<u64>>,
    moving: Mutex<()>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { accounts: balances.into_iter().map(Mutex::new).collect(), moving: Mutex::new(()) }
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
        let there = if from == to { None } else { Some(*self.lock(to)) };
        let mut source = self.lock(from);
        let moved = amount(*source, there.unwrap_or(*source));
        if moved > *source {
            return Err(InsufficientFunds);
        }
        if from != to {
            let _moving = self.moving.lock().unwrap_or_else(PoisonError::into_inner);
            *source -= moved;
            drop(source);
            *self.lock(to) += moved;
        }
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let _moving = self.moving.lock().unwrap_or_else(PoisonError::into_inner);
        let guards: Vec<_> = (0..self.accounts.len()).map(|account| self.lock(account)).collect();
        guards.iter().map(|guard| **guard).sum()
    }
}
