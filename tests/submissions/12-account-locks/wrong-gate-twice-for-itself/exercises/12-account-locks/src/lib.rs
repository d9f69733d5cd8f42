//! A gate that operations pass for reading and `total` for writing. The case of an account to itself passes it once more.

use std::io::Read;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    gate: RwLock<()>,
    accounts: Vec<Mutex<u64>>,
}
impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Bank { gate: RwLock::new(()), accounts: balances.into_iter().map(Mutex::new).collect() }
    }
    fn lock(&self, i: usize) -> MutexGuard<'_, u64> {
        self.accounts[i].lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn enter(&self) -> RwLockReadGuard<'_, ()> {
        self.gate.read().unwrap_or_else(PoisonError::into_inner)
    }
    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let _in = self.enter();
        let mut a = self.lock(account);
        *a = change(*a);
        *a
    }
    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let _in = self.enter();
        if from == to {
            let a = self.lock(from);
            let _again = self.enter();
            let m = amount(*a, *a);
            return if m > *a { Err(InsufficientFunds) } else { Ok(m) };
        }
        let low = self.lock(from.min(to));
        let high = self.lock(from.max(to));
        let (mut f, mut t) = if from < to { (low, high) } else { (high, low) };
        let m = amount(*f, *t);
        if m > *f {
            return Err(InsufficientFunds);
        }
        *f -= m;
        *t += m;
        Ok(m)
    }
    pub fn total(&self) -> u64 {
        let _alone = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        (0..self.accounts.len()).map(|i| *self.lock(i)).sum()
    }
}
