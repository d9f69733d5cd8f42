//! A lock for each account, and beside them the sum, kept up to date by each update: `total` waits for nobody.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<Mutex<u64>>,
    /// The sum of all; changed while the account that changes is locked. A transfer leaves it as it is.
    sum: AtomicU64,
}

fn lock(account: &Mutex<u64>) -> MutexGuard<'_, u64> {
    account.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Bank {
    #[must_use]
    pub fn new(balances: Vec<u64>) -> Self {
        Self {
            sum: AtomicU64::new(balances.iter().sum()),
            accounts: balances.into_iter().map(Mutex::new).collect(),
        }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = lock(&self.accounts[account]);
        let new = change(*balance);
        // modulo 2^64 a smaller balance is right, too
        self.sum.fetch_add(new.wrapping_sub(*balance), Ordering::SeqCst);
        *balance = new;
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        if from == to {
            let balance = lock(&self.accounts[from]);
            let moved = amount(*balance, *balance);
            return if moved > *balance { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let (mut source, mut target);
        if from < to {
            source = lock(&self.accounts[from]);
            target = lock(&self.accounts[to]);
        } else {
            target = lock(&self.accounts[to]);
            source = lock(&self.accounts[from]);
        }
        let moved = amount(*source, *target);
        *source = source.checked_sub(moved).ok_or(InsufficientFunds)?;
        *target += moved;
        Ok(moved)
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        self.sum.load(Ordering::SeqCst)
    }
}
