//! All locks for the total, with pop from the end of a list. (Transfers go the other way.)

use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<Mutex<u64>>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Bank { accounts: balances.into_iter().map(Mutex::new).collect() }
    }

    fn lock(&self, account: usize) -> MutexGuard<'_, u64> {
        self.accounts[account].lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = self.lock(account);
        let new = change(*balance);
        *balance = new;
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let mut first = self.lock(from.min(to));
        if from == to {
            let moved = amount(*first, *first);
            return (moved <= *first).then_some(moved).ok_or(InsufficientFunds);
        }
        let mut second = self.lock(from.max(to));
        let (source, target) = if from < to { (&mut first, &mut second) } else { (&mut second, &mut first) };
        let moved = amount(**source, **target);
        if moved > **source {
            return Err(InsufficientFunds);
        }
        **source -= moved;
        **target += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let mut left: Vec<usize> = (0..self.accounts.len()).collect();
        let mut guards = Vec::new();
        while let Some(account) = left.pop() {
            guards.push(self.lock(account));
        }
        guards.iter().map(|guard| **guard).sum()
    }
}
