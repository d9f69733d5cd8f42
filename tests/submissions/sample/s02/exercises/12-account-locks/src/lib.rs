//! A Vec behind a Mutex: simple, and certainly without a race.

use std::sync::{Mutex, MutexGuard};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    balances: Mutex<Vec<u64>>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { balances: Mutex::new(balances) }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u64>> {
        self.balances.lock().unwrap_or_else(|e| e.into_inner())
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balances = self.lock();
        balances[account] = change(balances[account]);
        balances[account]
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let mut balances = self.lock();
        let moved = amount(balances[from], balances[to]);
        if moved > balances[from] {
            return Err(InsufficientFunds);
        }
        balances[from] -= moved;
        balances[to] += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        self.lock().iter().sum()
    }
}
