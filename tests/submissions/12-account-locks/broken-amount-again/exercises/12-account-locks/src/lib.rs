//! Lock-free: read, compute, compare_exchange, and again if somebody was quicker.

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
        loop {
            let old = self.balances[account].load(SeqCst);
            let new = change(old);
            if self.balances[account].compare_exchange(old, new, SeqCst, SeqCst).is_ok() {
                return new;
            }
        }
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        loop {
            let (source, target) = (self.balances[from].load(SeqCst), self.balances[to].load(SeqCst));
            let moved = amount(source, target);
            let left = source.checked_sub(moved).ok_or(InsufficientFunds)?;
            if self.balances[from].compare_exchange(source, left, SeqCst, SeqCst).is_ok() {
                self.balances[to].fetch_add(moved, SeqCst);
                return Ok(moved);
            }
        }
    }

    pub fn total(&self) -> u64 {
        self.balances.iter().map(|balance| balance.load(SeqCst)).sum()
    }
}
