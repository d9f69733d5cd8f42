//! 256 locks are as good as one for each: account n uses lock n % 256.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    balances: Vec<AtomicU64>,
    locks: Vec<Mutex<()>>,
}

impl Bank {
    #[must_use]
    pub fn new(balances: Vec<u64>) -> Self {
        Self {
            balances: balances.into_iter().map(AtomicU64::new).collect(),
            locks: (0..256).map(|_| Mutex::new(())).collect(),
        }
    }

    fn lock(&self, accounts: impl Iterator<Item = usize>) -> Vec<MutexGuard<'_, ()>> {
        let mut shards: Vec<usize> = accounts.map(|a| a % 256).collect();
        shards.sort_unstable();
        shards.dedup();
        shards.iter().map(|s| self.locks[*s].lock().unwrap_or_else(PoisonError::into_inner)).collect()
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let _locks = self.lock([account].into_iter());
        let new = change(self.balances[account].load(SeqCst));
        self.balances[account].store(new, SeqCst);
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let _locks = self.lock([from, to].into_iter());
        let source = self.balances[from].load(SeqCst);
        let moved = amount(source, self.balances[to].load(SeqCst));
        if moved > source {
            return Err(InsufficientFunds);
        }
        self.balances[from].fetch_sub(moved, SeqCst);
        self.balances[to].fetch_add(moved, SeqCst);
        Ok(moved)
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        let _locks = self.lock(0..self.balances.len());
        self.balances.iter().map(|b| b.load(SeqCst)).sum()
    }
}
