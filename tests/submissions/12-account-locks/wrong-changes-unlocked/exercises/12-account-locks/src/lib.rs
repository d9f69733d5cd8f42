//! Atomics: load, compute, store. Each of them is atomic.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    balances: Vec<AtomicU64>,
    locks: Vec<Mutex<()>>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        let locks = balances.iter().map(|_| Mutex::default()).collect();
        Self { balances: balances.into_iter().map(AtomicU64::new).collect(), locks }
    }

    fn lock(&self, account: usize) -> MutexGuard<'_, ()> {
        self.locks[account].lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let old = self.balances[account].load(Ordering::SeqCst);
        let new = change(old);
        self.balances[account].store(new, Ordering::SeqCst);
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let _low = self.lock(from.min(to));
        let _high = if from == to { None } else { Some(self.lock(from.max(to))) };
        let source = self.balances[from].load(Ordering::SeqCst);
        let moved = amount(source, self.balances[to].load(Ordering::SeqCst));
        if moved > source {
            return Err(InsufficientFunds);
        }
        self.balances[from].fetch_sub(moved, Ordering::SeqCst);
        self.balances[to].fetch_add(moved, Ordering::SeqCst);
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let _locks: Vec<_> = (0..self.locks.len()).map(|account| self.lock(account)).collect();
        self.balances.iter().map(|balance| balance.load(Ordering::SeqCst)).sum()
    }
}
