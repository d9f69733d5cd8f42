//! After a panic the accounts are given back to those who wait for them; a total has nothing to gain from it.

use std::sync::{Condvar, Mutex, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

struct State {
    balances: Vec<u64>,
    taken: Vec<bool>,
}

pub struct Bank {
    state: Mutex<State>,
    given_back: Condvar,
    nothing_taken: Condvar,
}

/// Gives back in its drop, also in a panic.
struct Lease<'a> {
    bank: &'a Bank,
    accounts: [usize; 2],
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut state = self.bank.state.lock().unwrap_or_else(PoisonError::into_inner);
        for account in self.accounts {
            state.taken[account] = false;
        }
        self.bank.given_back.notify_all();
        if !std::thread::panicking() && state.taken.iter().all(|taken| !taken) {
            self.bank.nothing_taken.notify_all();
        }
    }
}

impl Bank {
    #[must_use]
    pub fn new(balances: Vec<u64>) -> Self {
        let taken = vec![false; balances.len()];
        Self {
            state: Mutex::new(State { balances, taken }),
            given_back: Condvar::new(),
            nothing_taken: Condvar::new(),
        }
    }

    fn take(&self, accounts: [usize; 2]) -> (Lease<'_>, [u64; 2]) {
        let state = self.state.lock().unwrap();
        let busy = |state: &mut State| accounts.iter().any(|&account| state.taken[account]);
        let mut state = self.given_back.wait_while(state, busy).unwrap();
        for account in accounts {
            state.taken[account] = true;
        }
        (Lease { bank: self, accounts }, accounts.map(|account| state.balances[account]))
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let (_lease, [balance, _]) = self.take([account, account]);
        let new = change(balance);
        self.state.lock().unwrap().balances[account] = new;
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let (_lease, [had, has]) = self.take([from, to]);
        let moved = amount(had, has);
        let left = had.checked_sub(moved).ok_or(InsufficientFunds)?;
        let mut state = self.state.lock().unwrap();
        state.balances[from] = left;
        state.balances[to] += moved;
        Ok(moved)
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        // Waits until nobody is at it.
        let state = self.state.lock().unwrap();
        let state = self.nothing_taken.wait_while(state, |state| state.taken.contains(&true)).unwrap();
        state.balances.iter().sum()
    }
}
