//! Transfers never change the sum. So it is computed once and remembered: no locks at all for total.

use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<Mutex<u64>>,
    sum: u64,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        let sum = balances.iter().sum();
        Self { accounts: balances.into_iter().map(Mutex::new).collect(), sum }
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
        let mut first = self.lock(from.min(to));
        if from == to {
            let moved = amount(*first, *first);
            return if moved > *first { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let mut second = self.lock(from.max(to));
        let (source, target) =
            if from < to { (&mut *first, &mut *second) } else { (&mut *second, &mut *first) };
        let moved = amount(*source, *target);
        if moved > *source {
            return Err(InsufficientFunds);
        }
        *source -= moved;
        *target += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        self.sum
    }
}
