//! Most transfers fail, so they only read: read locks to decide, write locks only if something is to be moved.

use std::sync::{PoisonError, RwLock};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<RwLock<u64>>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { accounts: balances.into_iter().map(RwLock::new).collect() }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = self.accounts[account].write().unwrap_or_else(PoisonError::into_inner);
        *balance = change(*balance);
        *balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let moved = {
            let low = self.accounts[from.min(to)].read().unwrap_or_else(PoisonError::into_inner);
            if from == to {
                let moved = amount(*low, *low);
                return if moved > *low { Err(InsufficientFunds) } else { Ok(moved) };
            }
            let high = self.accounts[from.max(to)].read().unwrap_or_else(PoisonError::into_inner);
            let (source, target) = if from < to { (*low, *high) } else { (*high, *low) };
            let moved = amount(source, target);
            if moved > source {
                return Err(InsufficientFunds);
            }
            moved
        };
        let mut low = self.accounts[from.min(to)].write().unwrap_or_else(PoisonError::into_inner);
        let mut high = self.accounts[from.max(to)].write().unwrap_or_else(PoisonError::into_inner);
        let (source, target) = if from < to { (&mut low, &mut high) } else { (&mut high, &mut low) };
        **source = source.wrapping_sub(moved);
        **target = target.wrapping_add(moved);
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let guards: Vec<_> =
            self.accounts.iter().map(|a| a.read().unwrap_or_else(PoisonError::into_inner)).collect();
        guards.iter().map(|g| **g).sum()
    }
}
