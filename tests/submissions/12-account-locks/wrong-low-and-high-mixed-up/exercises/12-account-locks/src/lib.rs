//! Lock in order, and then move from the first to the second. (Which of them is `from` has been forgotten on the way.)

use std::sync::{Mutex, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<Mutex<u64>>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { accounts: balances.into_iter().map(Mutex::new).collect() }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = self.accounts[account].lock().unwrap_or_else(PoisonError::into_inner);
        *balance = change(*balance);
        *balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        if from > to {
            return self.transfer(to, from, amount);
        }
        let mut source = self.accounts[from].lock().unwrap_or_else(PoisonError::into_inner);
        if from == to {
            let moved = amount(*source, *source);
            return if moved > *source { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let mut target = self.accounts[to].lock().unwrap_or_else(PoisonError::into_inner);
        let moved = amount(*source, *target);
        if moved > *source {
            return Err(InsufficientFunds);
        }
        *source -= moved;
        *target += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let guards: Vec<_> =
            self.accounts.iter().map(|a| a.lock().unwrap_or_else(PoisonError::into_inner)).collect();
        guards.iter().map(|g| **g).sum()
    }
}
