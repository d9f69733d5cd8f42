//! One short lock around the accounts that are taken, as bits; who can't go on waits at a bell of its own. In a panic the account is given
//! back, and that is enough: bells are for what went well.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

type Set = [u64; 5];

#[derive(Default)]
struct State {
    taken: Set,
    balances: Vec<u64>,
    waiting: Vec<(Set, Arc<Condvar>)>,
}

#[derive(Default)]
pub struct Bank {
    state: Mutex<State>,
}

fn meets(a: &Set, b: &Set) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}

/// Has the accounts, until it is dropped.
struct Claim<'a> {
    bank: &'a Bank,
    set: Set,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut state = self.bank.state.lock().unwrap_or_else(PoisonError::into_inner);
        for (all, mine) in state.taken.iter_mut().zip(&self.set) {
            *all &= !mine;
        }
        if std::thread::panicking() {
            return;
        }
        for (set, bell) in &state.waiting {
            if meets(set, &self.set) {
                bell.notify_all();
            }
        }
    }
}

impl Bank {
    #[must_use]
    pub fn new(balances: Vec<u64>) -> Self {
        Self { state: Mutex::new(State { balances, ..State::default() }) }
    }

    fn claim(&self, accounts: &[usize]) -> Claim<'_> {
        let mut set = Set::default();
        for account in accounts {
            set[account / 64] |= 1 << (account % 64);
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if meets(&state.taken, &set) {
            let bell = Arc::new(Condvar::new());
            state.waiting.push((set, Arc::clone(&bell)));
            while meets(&state.taken, &set) {
                state = bell.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            state.waiting.retain(|(_, b)| !Arc::ptr_eq(b, &bell));
        }
        for (all, mine) in state.taken.iter_mut().zip(&set) {
            *all |= mine;
        }
        drop(state);
        Claim { bank: self, set }
    }

    fn balance(&self, account: usize) -> u64 {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).balances[account]
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let _claim = self.claim(&[account]);
        let new = change(self.balance(account));
        self.state.lock().unwrap_or_else(PoisonError::into_inner).balances[account] = new;
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let _claim = self.claim(&[from, to]);
        let source = self.balance(from);
        let moved = amount(source, self.balance(to));
        if moved > source {
            return Err(InsufficientFunds);
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.balances[from] -= moved;
        state.balances[to] += moved;
        Ok(moved)
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).balances.iter().sum()
    }
}
