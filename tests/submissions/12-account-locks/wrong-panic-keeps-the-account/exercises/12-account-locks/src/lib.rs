//! A monitor with a row of flags. take() and give_back() around the callback.

use std::sync::{Condvar, Mutex};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

struct Inner {
    balances: Vec<u64>,
    taken: Vec<bool>,
}

pub struct Bank {
    inner: Mutex<Inner>,
    changed: Condvar,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        let taken = vec![false; balances.len()];
        Self { inner: Mutex::new(Inner { balances, taken }), changed: Condvar::new() }
    }

    fn take(&self, accounts: &[usize]) -> Vec<u64> {
        let mut inner = self.inner.lock().unwrap();
        while accounts.iter().any(|&account| inner.taken[account]) {
            inner = self.changed.wait(inner).unwrap();
        }
        for &account in accounts {
            inner.taken[account] = true;
        }
        accounts.iter().map(|&account| inner.balances[account]).collect()
    }

    fn give_back(&self, accounts: &[usize], balances: &[u64]) {
        let mut inner = self.inner.lock().unwrap();
        for (&account, &balance) in accounts.iter().zip(balances) {
            inner.taken[account] = false;
            inner.balances[account] = balance;
        }
        drop(inner);
        self.changed.notify_all();
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let old = self.take(&[account]);
        let new = change(old[0]);
        self.give_back(&[account], &[new]);
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        if from == to {
            let balance = self.take(&[from]);
            let moved = amount(balance[0], balance[0]);
            self.give_back(&[from], &balance);
            return if moved > balance[0] { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let mut balances = self.take(&[from, to]);
        let moved = amount(balances[0], balances[1]);
        let possible = moved <= balances[0];
        if possible {
            balances[0] -= moved;
            balances[1] += moved;
        }
        self.give_back(&[from, to], &balances);
        if possible { Ok(moved) } else { Err(InsufficientFunds) }
    }

    pub fn total(&self) -> u64 {
        let mut inner = self.inner.lock().unwrap();
        while inner.taken.contains(&true) {
            inner = self.changed.wait(inner).unwrap();
        }
        inner.balances.iter().sum()
    }
}
