//! Any order will do, if only all keep to it. I take the richer account first: there is more to protect.

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
        let from_is_richer = *self.lock(from) > *self.lock(to);
        let (mut source, mut target);
        if from_is_richer {
            source = self.lock(from);
            target = self.lock(to);
        } else {
            target = self.lock(to);
            source = self.lock(from);
        }
        let moved = amount(*source, *target);
        if moved > *source {
            return Err(InsufficientFunds);
        }
        *source -= moved;
        *target += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let mut order: Vec<(u64, usize)> =
            (0..self.accounts.len()).map(|account| (*self.lock(account), account)).collect();
        order.sort_by(|a, b| b.cmp(a));
        let guards: Vec<_> = order.into_iter().map(|(_, account)| self.lock(account)).collect();
        guards.iter().map(|guard| **guard).sum()
    }
}
