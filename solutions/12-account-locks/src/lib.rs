//! Reference answer of exercise 12: a lock for each account, taken in the order of the accounts' numbers.
//!
//! Each lock owns its balance, so nobody can reach a balance without its lock. Whoever needs several takes the one with
//! the lowest number first. So a thread only ever waits for accounts with higher numbers than those that it holds, and
//! threads can't wait for each other in a circle.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Nothing was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

/// Accounts, numbered from 0, that any number of threads use at the same time.
pub struct Bank {
    accounts: Vec<Mutex<u64>>,
}

impl Bank {
    /// A bank with these balances.
    #[must_use]
    pub fn new(balances: Vec<u64>) -> Self {
        Self { accounts: balances.into_iter().map(Mutex::new).collect() }
    }

    /// Replaces the balance by `change(balance)` and returns the new one.
    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = self.lock(account);
        // The old balance stays in place while `change` is called: a panic leaves it there.
        *balance = change(*balance);
        *balance
    }

    /// Moves `amount(balance of from, balance of to)` from one account to the other, and returns how much that was.
    ///
    /// # Errors
    ///
    /// [`InsufficientFunds`] if that is more than the balance of `from`: then nothing has changed.
    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        if from == to {
            // The same lock a second time would wait for itself.
            let balance = self.lock(from);
            let moved = amount(*balance, *balance);
            return if moved <= *balance { Ok(moved) } else { Err(InsufficientFunds) };
        }
        let (mut source, mut target) = self.lock_both(from, to);
        let moved = amount(*source, *target);
        *source = source.checked_sub(moved).ok_or(InsufficientFunds)?;
        *target += moved;
        Ok(moved)
    }

    /// The sum of all balances at one moment.
    #[must_use]
    pub fn total(&self) -> u64 {
        // All locks are held together before the first balance is read. With one at a time, money could move past the
        // reader, from an account that it has yet to read to one that it has read already.
        let balances: Vec<_> = (0..self.accounts.len()).map(|account| self.lock(account)).collect();
        balances.iter().map(|balance| **balance).sum()
    }

    /// Two different accounts, returned in the order of the arguments and locked in that of their numbers.
    fn lock_both(&self, one: usize, other: usize) -> (MutexGuard<'_, u64>, MutexGuard<'_, u64>) {
        if one < other {
            let first = self.lock(one);
            (first, self.lock(other))
        } else {
            let first = self.lock(other);
            (self.lock(one), first)
        }
    }

    fn lock(&self, account: usize) -> MutexGuard<'_, u64> {
        // Poison says that a panic came through while the lock was held. Balances are written only after the caller's
        // function has returned, so such a panic has left nothing half done.
        self.accounts[account].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
