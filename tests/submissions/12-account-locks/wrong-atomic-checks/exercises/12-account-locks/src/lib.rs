//! No locks: fetch_sub and fetch_add are atomic, so no money can be lost.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    balances: Vec<AtomicU64>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { balances: balances.into_iter().map(AtomicU64::new).collect() }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let old = self.balances[account].load(SeqCst);
        let new = change(old);
        // By difference, so that what others have added meanwhile stays.
        if new >= old {
            self.balances[account].fetch_add(new - old, SeqCst);
        } else {
            self.balances[account].fetch_sub(old - new, SeqCst);
        }
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let moved = amount(self.balances[from].load(SeqCst), self.balances[to].load(SeqCst));
        if self.balances[from].load(SeqCst) < moved {
            return Err(InsufficientFunds);
        }
        self.balances[from].fetch_sub(moved, SeqCst);
        self.balances[to].fetch_add(moved, SeqCst);
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        self.balances.iter().map(|balance| balance.load(SeqCst)).sum()
    }
}
