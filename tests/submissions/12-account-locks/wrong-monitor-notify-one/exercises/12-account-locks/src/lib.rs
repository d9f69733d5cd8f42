//! A monitor. Whoever leaves wakes the next one.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

struct Ledger {
    balances: Vec<u64>,
    open: BTreeSet<usize>,
}

pub struct Bank {
    ledger: Mutex<Ledger>,
    next: Condvar,
}

struct Page<'a> {
    bank: &'a Bank,
    accounts: BTreeSet<usize>,
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        self.bank.ledger().open.retain(|account| !self.accounts.contains(account));
        self.bank.next.notify_one();
    }
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { ledger: Mutex::new(Ledger { balances, open: BTreeSet::new() }), next: Condvar::new() }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn page<const N: usize>(&self, accounts: [usize; N]) -> (Page<'_>, [u64; N]) {
        let wanted = BTreeSet::from(accounts);
        let mut ledger = self
            .next
            .wait_while(self.ledger(), |ledger| !ledger.open.is_disjoint(&wanted))
            .unwrap_or_else(PoisonError::into_inner);
        ledger.open.extend(&wanted);
        let balances = accounts.map(|account| ledger.balances[account]);
        (Page { bank: self, accounts: wanted }, balances)
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let (_page, [balance]) = self.page([account]);
        let balance = change(balance);
        self.ledger().balances[account] = balance;
        balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let (_page, [source, target]) = self.page([from, to]);
        let moved = amount(source, target);
        if moved > source {
            return Err(InsufficientFunds);
        }
        let mut ledger = self.ledger();
        ledger.balances[from] -= moved;
        ledger.balances[to] += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        self.ledger().balances.iter().sum()
    }
}
