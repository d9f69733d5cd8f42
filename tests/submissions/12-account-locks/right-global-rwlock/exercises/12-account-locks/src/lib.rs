//! Everybody reads the bank's door, total closes it. Behind the door each account has a lock, in order.

use std::sync::{Mutex, PoisonError, RwLock};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    door: RwLock<()>,
    accounts: Vec<Mutex<u64>>,
}

macro_rules! lock {
    ($bank:expr, $account:expr) => {
        $bank.accounts[$account].lock().unwrap_or_else(PoisonError::into_inner)
    };
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Bank { door: RwLock::new(()), accounts: balances.into_iter().map(Into::into).collect() }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let _door = self.door.read();
        let mut balance = lock!(self, account);
        *balance = change(*balance);
        *balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let _door = self.door.read();
        if from == to {
            let guard = lock!(self, from);
            let moved = amount(*guard, *guard);
            return if moved > *guard { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let mut low = lock!(self, from.min(to));
        let mut high = lock!(self, from.max(to));
        let (source, target) = if from < to { (&mut *low, &mut *high) } else { (&mut *high, &mut *low) };
        let moved = amount(*source, *target);
        *source = source.checked_sub(moved).ok_or(InsufficientFunds)?;
        *target += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let _door = self.door.write();
        (0..self.accounts.len()).map(|account| *lock!(self, account)).sum()
    }
}
