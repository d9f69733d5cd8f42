//! An account has a flag "taken"; who finds it set waits for the bell. A guard resets the flag in a panic, and the bell rings where the
//! balance is written.

use std::sync::{Condvar, Mutex, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

struct Account {
    state: Mutex<(bool, u64)>,
    bell: Condvar,
}

/// Resets the flag, also in a panic.
struct Taken<'a>(&'a Account);

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).0 = false;
    }
}

impl Account {
    fn take(&self) -> (Taken<'_>, u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.0 {
            state = self.bell.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.0 = true;
        (Taken(self), state.1)
    }

    /// Sets the balance, gives the account back and wakes one that waits.
    fn give(&self, taken: Taken, balance: u64) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1 = balance;
        drop(taken);
        self.bell.notify_one();
    }
}

pub struct Bank {
    accounts: Vec<Account>,
}

impl Bank {
    #[must_use]
    pub fn new(balances: Vec<u64>) -> Self {
        let account = |balance| Account { state: Mutex::new((false, balance)), bell: Condvar::new() };
        Self { accounts: balances.into_iter().map(account).collect() }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let account = &self.accounts[account];
        let (taken, balance) = account.take();
        let new = change(balance);
        account.give(taken, new);
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        if from == to {
            let account = &self.accounts[from];
            let (taken, balance) = account.take();
            let moved = amount(balance, balance);
            account.give(taken, balance);
            return if moved > balance { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let (first, second) = (from.min(to), from.max(to));
        let (taken_first, low) = self.accounts[first].take();
        let (taken_second, high) = self.accounts[second].take();
        let (source, target) = if from < to { (low, high) } else { (high, low) };
        let moved = amount(source, target);
        let enough = moved <= source;
        let (source, target) = if enough { (source - moved, target + moved) } else { (source, target) };
        let (low, high) = if from < to { (source, target) } else { (target, source) };
        self.accounts[first].give(taken_first, low);
        self.accounts[second].give(taken_second, high);
        if enough { Ok(moved) } else { Err(InsufficientFunds) }
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        let taken: Vec<_> = self.accounts.iter().map(|a| (a, a.take())).collect();
        let sum = taken.iter().map(|(_, (_, balance))| balance).sum();
        for (account, (taken, balance)) in taken {
            account.give(taken, balance);
        }
        sum
    }
}
