//! unwrap, as in the book.

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
        let mut balance = self.accounts[account].lock().unwrap();
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
            let balance = self.accounts[from].lock().unwrap();
            let moved = amount(*balance, *balance);
            if moved > *balance {
                return Err(InsufficientFunds);
            }
            return Ok(moved);
        }
        let (low, high) = (from.min(to), from.max(to));
        let mut low = self.accounts[low].lock().unwrap();
        let mut high = self.accounts[high].lock().unwrap();
        let (source, target) = if from < to { (&mut low, &mut high) } else { (&mut high, &mut low) };
        let moved = amount(**source, **target);
        if moved > **source {
            return Err(InsufficientFunds);
        }
        **source -= moved;
        **target += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let guards: Vec<_> = self.accounts.iter().map(|account| account.lock().unwrap()).collect();
        guards.iter().map(|guard| **guard).sum()
    }
}
