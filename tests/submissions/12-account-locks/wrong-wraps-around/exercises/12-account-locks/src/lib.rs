//! wrapping_sub, so that it never panics with the lock in hand.

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
            return Ok(amount(*balance, *balance));
        }
        let mut low = self.lock(from.min(to));
        let mut high = self.lock(from.max(to));
        let (source, target) = if from < to { (&mut low, &mut high) } else { (&mut high, &mut low) };
        let moved = amount(**source, **target);
        **source = source.wrapping_sub(moved);
        **target = target.wrapping_add(moved);
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let guards: Vec<_> = (0..self.accounts.len()).map(|account| self.lock(account)).collect();
        guards.iter().fold(0u64, |sum, guard| sum.wrapping_add(**guard))
    }
}
