//! Fair is: first come, first served. One line, and the first in it goes as soon as its accounts are free.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

struct State {
    balances: Vec<u64>,
    taken: Vec<bool>,
    line: VecDeque<u64>,
    ticket: u64,
}

pub struct Bank {
    state: Mutex<State>,
    moved: Condvar,
}

struct Taken<'a> {
    bank: &'a Bank,
    accounts: [usize; 2],
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut state = self.bank.state();
        for account in self.accounts {
            state.taken[account] = false;
        }
        self.bank.moved.notify_all();
    }
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        let taken = vec![false; balances.len()];
        Self {
            state: Mutex::new(State { balances, taken, line: VecDeque::new(), ticket: 0 }),
            moved: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, accounts: [usize; 2]) -> (Taken<'_>, [u64; 2]) {
        let mut state = self.state();
        state.ticket += 1;
        let me = state.ticket;
        state.line.push_back(me);
        while state.line[0] != me || accounts.iter().any(|&account| state.taken[account]) {
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.line.pop_front();
        for account in accounts {
            state.taken[account] = true;
        }
        self.moved.notify_all();
        let balances = accounts.map(|account| state.balances[account]);
        (Taken { bank: self, accounts }, balances)
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let (_taken, [balance, _]) = self.take([account, account]);
        let balance = change(balance);
        self.state().balances[account] = balance;
        balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let (_taken, [source, target]) = self.take([from, to]);
        let moved = amount(source, target);
        if moved > source {
            return Err(InsufficientFunds);
        }
        let mut state = self.state();
        state.balances[from] -= moved;
        state.balances[to] += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        self.state().balances.iter().sum()
    }
}
