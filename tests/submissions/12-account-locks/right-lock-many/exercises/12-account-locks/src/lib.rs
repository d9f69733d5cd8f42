//! One tool for all three: lock a set of accounts, sorted, each once.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<Mutex<u64>>,
}

struct Locked<'a>(BTreeMap<usize, MutexGuard<'a, u64>>);

impl Locked<'_> {
    fn balance(&self, account: usize) -> u64 {
        *self.0[&account]
    }

    fn set(&mut self, account: usize, balance: u64) {
        if let Some(guard) = self.0.get_mut(&account) {
            **guard = balance;
        }
    }
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { accounts: balances.into_iter().map(Mutex::new).collect() }
    }

    fn lock(&self, accounts: impl IntoIterator<Item = usize>) -> Locked<'_> {
        let mut sorted: Vec<usize> = accounts.into_iter().collect();
        sorted.sort();
        sorted.dedup();
        let mut locked = BTreeMap::new();
        for account in sorted {
            locked.insert(account, self.accounts[account].lock().unwrap_or_else(|p| p.into_inner()));
        }
        Locked(locked)
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut locked = self.lock([account]);
        locked.set(account, change(locked.balance(account)));
        locked.balance(account)
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let mut locked = self.lock([from, to]);
        let moved = amount(locked.balance(from), locked.balance(to));
        if moved > locked.balance(from) {
            return Err(InsufficientFunds);
        }
        // One after the other: it is right for an account that is both.
        locked.set(from, locked.balance(from) - moved);
        locked.set(to, locked.balance(to) + moved);
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let locked = self.lock(0..self.accounts.len());
        locked.0.values().map(|balance| **balance).sum()
    }
}
