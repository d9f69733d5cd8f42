//! No hold and wait: either I get everything at once, or I let go and come back later.

use std::sync::{Mutex, MutexGuard, TryLockError};
use std::thread;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<Mutex<u64>>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { accounts: balances.into_iter().map(Mutex::new).collect() }
    }

    fn all_or_nothing(&self, accounts: &[usize]) -> Vec<MutexGuard<'_, u64>> {
        loop {
            let guards: Option<Vec<_>> = accounts
                .iter()
                .map(|&account| match self.accounts[account].try_lock() {
                    Ok(guard) => Some(guard),
                    Err(TryLockError::Poisoned(error)) => Some(error.into_inner()),
                    Err(TryLockError::WouldBlock) => None,
                })
                .collect();
            if let Some(guards) = guards {
                return guards;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut guards = self.all_or_nothing(&[account]);
        *guards[0] = change(*guards[0]);
        *guards[0]
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let needed = if from == to { vec![from] } else { vec![from, to] };
        let mut guards = self.all_or_nothing(&needed);
        let moved = amount(*guards[0], *guards[needed.len() - 1]);
        if moved > *guards[0] {
            return Err(InsufficientFunds);
        }
        *guards[0] -= moved;
        *guards[needed.len() - 1] += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let all: Vec<usize> = (0..self.accounts.len()).collect();
        self.all_or_nothing(&all).iter().map(|balance| **balance).sum()
    }
}
