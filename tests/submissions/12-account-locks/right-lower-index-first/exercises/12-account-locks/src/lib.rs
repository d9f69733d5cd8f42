//! Whoever needs two accounts locks the one with the lower number first. So nobody can hold a higher one and wait for a lower one.

use std::sync::{Mutex, MutexGuard};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    balances: Vec<Mutex<u64>>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        let balances = balances.into_iter().map(|balance| Mutex::new(balance)).collect();
        Self { balances }
    }

    fn open(&self, account: usize) -> MutexGuard<'_, u64> {
        match self.balances[account].lock() {
            Ok(guard) => guard,
            // Somebody panicked in here. The balance is only written after the callback, so it is fine.
            Err(poisoned) => poisoned.into_inner(),
        }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = self.open(account);
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
        let (mut a, mut b);
        if from < to {
            a = self.open(from);
            b = self.open(to);
        } else if to < from {
            b = self.open(to);
            a = self.open(from);
        } else {
            let only = self.open(from);
            let sum = amount(*only, *only);
            return if sum > *only { Err(InsufficientFunds) } else { Ok(sum) };
        }
        let sum = amount(*a, *b);
        if sum > *a {
            return Err(InsufficientFunds);
        }
        *a -= sum;
        *b += sum;
        Ok(sum)
    }

    pub fn total(&self) -> u64 {
        let mut all = Vec::new();
        for account in 0..self.balances.len() {
            all.push(self.open(account));
        }
        all.iter().map(|balance| **balance).sum()
    }
}
