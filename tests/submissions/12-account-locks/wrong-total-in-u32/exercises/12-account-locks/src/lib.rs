//! Balances are small: the sum of them fits into a u32.

use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<Mutex<u64>>,
}

impl Bank {
    #[must_use]
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
            let moved = amount(*balance, *balance);
            return if moved > *balance { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let (mut giver, mut taker) = if from < to {
            let giver = self.lock(from);
            (giver, self.lock(to))
        } else {
            let taker = self.lock(to);
            (self.lock(from), taker)
        };
        let moved = amount(*giver, *taker);
        if moved > *giver {
            return Err(InsufficientFunds);
        }
        *giver -= moved;
        *taker += moved;
        Ok(moved)
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        let balances: Vec<_> = (0..self.accounts.len()).map(|account| self.lock(account)).collect();
        balances.iter().map(|balance| **balance as u32).sum::<u32>().into()
    }
}
