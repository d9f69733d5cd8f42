//! Hold and wait is what makes a deadlock. So: hold one and only try the other. If that fails, let go, sleep at the other one, and try the first.

use std::mem;
use std::sync::{Mutex, MutexGuard, TryLockError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

type Guard<'a> = MutexGuard<'a, u64>;

pub struct Bank(Box<[Mutex<u64>]>);

fn wait_for(lock: &Mutex<u64>) -> Guard<'_> {
    lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn try_for(lock: &Mutex<u64>) -> Option<Guard<'_>> {
    match lock.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Bank(balances.into_iter().map(Mutex::new).collect())
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut guard = wait_for(&self.0[account]);
        *guard = change(*guard);
        *guard
    }

    fn both(&self, x: usize, y: usize) -> (Guard<'_>, Guard<'_>) {
        let (mut wait_at, mut try_at) = (x, y);
        loop {
            let held = wait_for(&self.0[wait_at]);
            if let Some(other) = try_for(&self.0[try_at]) {
                return if wait_at == x { (held, other) } else { (other, held) };
            }
            drop(held);
            mem::swap(&mut wait_at, &mut try_at);
        }
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        if from == to {
            let guard = wait_for(&self.0[from]);
            let sum = amount(*guard, *guard);
            return (sum <= *guard).then_some(sum).ok_or(InsufficientFunds);
        }
        let (mut source, mut target) = self.both(from, to);
        let sum = amount(*source, *target);
        *source = source.checked_sub(sum).ok_or(InsufficientFunds)?;
        *target += sum;
        Ok(sum)
    }

    pub fn total(&self) -> u64 {
        'again: loop {
            let mut guards: Vec<Guard<'_>> = Vec::with_capacity(self.0.len());
            for lock in &self.0 {
                match try_for(lock) {
                    Some(guard) => guards.push(guard),
                    None => {
                        guards.clear();
                        drop(wait_for(lock)); // sleep until it is free, then begin again
                        continue 'again;
                    }
                }
            }
            return guards.iter().map(|guard| **guard).sum();
        }
    }
}
