//! std::scoped_lock in C++ takes care of the order. Here I do: by address, which no two locks have in common.

use std::ptr;
use std::sync::{Mutex, MutexGuard};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

struct Account {
    balance: Mutex<u64>,
}

impl Account {
    fn address(&self) -> usize {
        ptr::from_ref(self).addr()
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        self.balance.clear_poison();
        self.balance.lock().unwrap_or_else(|e| e.into_inner())
    }
}

fn scoped_lock<'a>(a: &'a Account, b: &'a Account) -> (MutexGuard<'a, u64>, MutexGuard<'a, u64>) {
    if a.address() < b.address() {
        let guard = a.lock();
        (guard, b.lock())
    } else {
        let guard = b.lock();
        (a.lock(), guard)
    }
}

pub struct Bank {
    // Boxed one by one: their addresses have nothing to do with their numbers.
    accounts: Vec<Box<Account>>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        let accounts = balances
            .into_iter()
            .rev()
            .map(|b| Box::new(Account { balance: Mutex::new(b) }))
            .collect::<Vec<_>>();
        Self { accounts: accounts.into_iter().rev().collect() }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut balance = self.accounts[account].lock();
        let after = change(*balance);
        *balance = after;
        after
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let (a, b) = (&*self.accounts[from], &*self.accounts[to]);
        if ptr::eq(a, b) {
            return Self::to_itself(a, amount);
        }
        let (mut source, mut target) = scoped_lock(a, b);
        let moved = amount(*source, *target);
        if moved <= *source {
            *source -= moved;
            *target += moved;
            Ok(moved)
        } else {
            Err(InsufficientFunds)
        }
    }

    fn to_itself<F: FnOnce(u64, u64) -> u64>(account: &Account, amount: F) -> Result<u64, InsufficientFunds> {
        let balance = account.lock();
        let moved = amount(*balance, *balance);
        if moved > *balance { Err(InsufficientFunds) } else { Ok(moved) }
    }

    pub fn total(&self) -> u64 {
        let mut sorted: Vec<&Account> = self.accounts.iter().map(|account| &**account).collect();
        sorted.sort_unstable_by_key(|account| account.address());
        let guards: Vec<_> = sorted.into_iter().map(Account::lock).collect();
        guards.iter().map(|guard| **guard).sum()
    }
}
