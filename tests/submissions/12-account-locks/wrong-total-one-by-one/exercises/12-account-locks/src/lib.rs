//! total: add up what is in the accounts, one after the other. Each is locked while it is read.

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

    fn get(&self, account: usize) -> MutexGuard<'_, u64> {
        self.accounts[account].lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = self.get(account);
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
            let only = self.get(from);
            return match amount(*only, *only) {
                too_much if too_much > *only => Err(InsufficientFunds),
                moved => Ok(moved),
            };
        }
        let mut guards = [from.min(to), from.max(to)].map(|account| self.get(account));
        if from > to {
            guards.reverse();
        }
        let [source, target] = &mut guards;
        let moved = amount(**source, **target);
        **source = source.checked_sub(moved).ok_or(InsufficientFunds)?;
        **target += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        (0..self.accounts.len()).map(|account| *self.get(account)).sum()
    }
}
