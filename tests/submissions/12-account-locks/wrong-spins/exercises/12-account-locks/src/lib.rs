//! A lock is held for nanoseconds only, so spinning is best. Nobody sleeps, so nobody can sleep forever.

use std::hint;
use std::sync::{Mutex, MutexGuard, TryLockError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    accounts: Vec<Mutex<u64>>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { accounts: balances.into_iter().map(Mutex::new).collect() }
    }

    fn spin(&self, account: usize) -> MutexGuard<'_, u64> {
        loop {
            match self.accounts[account].try_lock() {
                Ok(guard) => return guard,
                Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => hint::spin_loop(),
            }
        }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = self.spin(account);
        *balance = change(*balance);
        *balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let mut low = self.spin(from.min(to));
        let mut high = (from != to).then(|| self.spin(from.max(to)));
        let (source, target) = match &mut high {
            None => {
                let moved = amount(*low, *low);
                return if moved > *low { Err(InsufficientFunds) } else { Ok(moved) };
            }
            Some(high) if from < to => (&mut *low, &mut **high),
            Some(high) => (&mut **high, &mut *low),
        };
        let moved = amount(*source, *target);
        if moved > *source {
            return Err(InsufficientFunds);
        }
        *source -= moved;
        *target += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let all: Vec<_> = (0..self.accounts.len()).map(|account| self.spin(account)).collect();
        all.iter().map(|balance| **balance).sum()
    }
}
