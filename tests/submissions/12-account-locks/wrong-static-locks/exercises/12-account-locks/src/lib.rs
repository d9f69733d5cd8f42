//! A table of locks that is there from the beginning, in a static: banks come and go, locks stay.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

static LOCKS: [Mutex<()>; 1024] = [const { Mutex::new(()) }; 1024];

pub struct Bank {
    balances: Vec<AtomicU64>,
}

fn lock(account: usize) -> MutexGuard<'static, ()> {
    LOCKS[account].lock().unwrap_or_else(PoisonError::into_inner)
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { balances: balances.into_iter().map(AtomicU64::new).collect() }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let _lock = lock(account);
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
        let mut order = vec![from, to];
        order.sort_unstable();
        order.dedup();
        let _locks: Vec<_> = order.into_iter().map(lock).collect();
        let source = self.balances[from].load(SeqCst);
        let moved = amount(source, self.balances[to].load(SeqCst));
        if moved > source {
            return Err(InsufficientFunds);
        }
        self.balances[from].fetch_sub(moved, SeqCst);
        self.balances[to].fetch_add(moved, SeqCst);
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let _locks: Vec<_> = (0..self.balances.len()).map(lock).collect();
        self.balances.iter().map(|balance| balance.load(SeqCst)).sum()
    }
}
