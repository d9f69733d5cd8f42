//! The balances are atomics, so total can read them without a lock.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    turns: Vec<Mutex<()>>,
    balances: Vec<AtomicU64>,
}

impl Bank {
    #[must_use]
    pub fn new(balances: Vec<u64>) -> Self {
        Self {
            turns: balances.iter().map(|_| Mutex::new(())).collect(),
            balances: balances.into_iter().map(AtomicU64::new).collect(),
        }
    }

    fn turn(&self, account: usize) -> MutexGuard<'_, ()> {
        self.turns[account].lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let _turn = self.turn(account);
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
        let _first = self.turn(from.min(to));
        let _second = (from != to).then(|| self.turn(from.max(to)));
        let there = self.balances[from].load(SeqCst);
        let moved = amount(there, self.balances[to].load(SeqCst));
        if moved > there {
            return Err(InsufficientFunds);
        }
        self.balances[from].fetch_sub(moved, SeqCst);
        self.balances[to].fetch_add(moved, SeqCst);
        Ok(moved)
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        self.balances.iter().map(|balance| balance.load(SeqCst)).sum()
    }
}
