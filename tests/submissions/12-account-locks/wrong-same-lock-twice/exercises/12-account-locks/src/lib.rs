//! Ordered by number, smaller one first: no circle, no deadlock. (With an account to itself both are the same.)

use std::sync::Mutex;

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
        let mut balance = self.accounts[account].lock().unwrap_or_else(|e| e.into_inner());
        *balance = change(*balance);
        *balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let mut low = self.accounts[usize::min(from, to)].lock().unwrap_or_else(|e| e.into_inner());
        let mut high = self.accounts[usize::max(from, to)].lock().unwrap_or_else(|e| e.into_inner());
        let (source, target) = if from < to { (&mut low, &mut high) } else { (&mut high, &mut low) };
        let moved = amount(**source, **target);
        if **source < moved {
            return Err(InsufficientFunds);
        }
        **source -= moved;
        **target += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let guards: Vec<_> =
            self.accounts.iter().map(|account| account.lock().unwrap_or_else(|e| e.into_inner())).collect();
        guards.iter().map(|guard| **guard).sum()
    }
}
