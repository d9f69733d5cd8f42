//! A monitor: wait until both accounts are free, copy the balances, compute, write both back.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

struct Account {
    balance: u64,
    in_use: bool,
}

pub struct Bank {
    accounts: Mutex<Vec<Account>>,
    freed: Condvar,
}

struct InUse<'a>(&'a Bank, usize, usize);

impl Drop for InUse<'_> {
    fn drop(&mut self) {
        let mut accounts = self.0.lock();
        accounts[self.1].in_use = false;
        accounts[self.2].in_use = false;
        self.0.freed.notify_all();
    }
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        let accounts = balances.into_iter().map(|balance| Account { balance, in_use: false }).collect();
        Self { accounts: Mutex::new(accounts), freed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, a: usize, b: usize) -> (InUse<'_>, u64, u64) {
        let mut accounts = self
            .freed
            .wait_while(self.lock(), |accounts| accounts[a].in_use || accounts[b].in_use)
            .unwrap_or_else(PoisonError::into_inner);
        accounts[a].in_use = true;
        accounts[b].in_use = true;
        (InUse(self, a, b), accounts[a].balance, accounts[b].balance)
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let (_in_use, balance, _) = self.begin(account, account);
        let balance = change(balance);
        self.lock()[account].balance = balance;
        balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let (_in_use, source, target) = self.begin(from, to);
        let moved = amount(source, target);
        let left = source.checked_sub(moved).ok_or(InsufficientFunds)?;
        let mut accounts = self.lock();
        accounts[from].balance = left;
        accounts[to].balance = target + moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        self.lock().iter().map(|account| account.balance).sum()
    }
}
