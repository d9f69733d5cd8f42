//! The dangerous moment is when two locks are taken. So only one thread at a time may be in that moment: a gate.

use std::sync::{Mutex, MutexGuard};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    gate: Mutex<()>,
    accounts: Vec<Mutex<u64>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { gate: Mutex::new(()), accounts: balances.into_iter().map(Mutex::new).collect() }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = lock(&self.accounts[account]);
        *balance = change(*balance);
        *balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let gate = lock(&self.gate);
        let mut source = lock(&self.accounts[from]);
        if from == to {
            drop(gate);
            let moved = amount(*source, *source);
            return if moved > *source { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let mut target = lock(&self.accounts[to]);
        drop(gate);
        let moved = amount(*source, *target);
        if moved > *source {
            Err(InsufficientFunds)
        } else {
            *source -= moved;
            *target += moved;
            Ok(moved)
        }
    }

    pub fn total(&self) -> u64 {
        let gate = lock(&self.gate);
        let all: Vec<_> = self.accounts.iter().map(lock).collect();
        drop(gate);
        all.iter().map(|balance| **balance).sum()
    }
}
