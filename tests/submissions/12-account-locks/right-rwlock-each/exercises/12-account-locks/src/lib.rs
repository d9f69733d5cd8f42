//! total only reads, so several totals may run together: RwLock. Writers lock in the order of the accounts, and so does total.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<RwLock<u64>>,
}

fn write(account: &RwLock<u64>) -> RwLockWriteGuard<'_, u64> {
    account.write().unwrap_or_else(PoisonError::into_inner)
}

fn read(account: &RwLock<u64>) -> RwLockReadGuard<'_, u64> {
    account.read().unwrap_or_else(PoisonError::into_inner)
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        let mut accounts = Vec::with_capacity(balances.len());
        accounts.extend(balances.into_iter().map(RwLock::new));
        Self { accounts }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = write(&self.accounts[account]);
        *balance = change(*balance);
        *balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let (mut source, mut target) = match from.cmp(&to) {
            Less => {
                let source = write(&self.accounts[from]);
                (source, write(&self.accounts[to]))
            }
            Greater => {
                let target = write(&self.accounts[to]);
                (write(&self.accounts[from]), target)
            }
            Equal => {
                let balance = write(&self.accounts[from]); // nobody else may look while `amount` does
                let moved = amount(*balance, *balance);
                return if moved > *balance { Err(InsufficientFunds) } else { Ok(moved) };
            }
        };
        let moved = amount(*source, *target);
        if moved > *source {
            return Err(InsufficientFunds);
        }
        (*source, *target) = (*source - moved, *target + moved);
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let held: Vec<_> = self.accounts.iter().map(read).collect();
        held.iter().fold(0, |sum, balance| sum + **balance)
    }
}
