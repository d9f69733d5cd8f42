//! total adds up without a lock, and counts at both ends whether anybody wrote meanwhile; then it locks all.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    turns: Vec<Mutex<()>>,
    balances: Vec<AtomicU64>,
    begun: AtomicU64,
    ended: AtomicU64,
}

impl Bank {
    #[must_use]
    pub fn new(balances: Vec<u64>) -> Self {
        Self {
            turns: balances.iter().map(|_| Mutex::new(())).collect(),
            balances: balances.into_iter().map(AtomicU64::new).collect(),
            begun: AtomicU64::new(0),
            ended: AtomicU64::new(0),
        }
    }

    fn turn(&self, account: usize) -> MutexGuard<'_, ()> {
        self.turns[account].lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let _turn = self.turn(account);
        let new = change(self.balances[account].load(SeqCst));
        self.begun.fetch_add(1, SeqCst);
        self.balances[account].store(new, SeqCst);
        self.ended.fetch_add(1, SeqCst);
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let _first = self.turn(from.min(to));
        let _second = (from != to).then(|| self.turn(from.max(to)));
        let there = self.balances[from].load(SeqCst);
        let moved = amount(there, self.balances[to].load(SeqCst));
        if moved > there {
            return Err(InsufficientFunds);
        }
        self.begun.fetch_add(1, SeqCst);
        self.balances[from].fetch_sub(moved, SeqCst);
        self.balances[to].fetch_add(moved, SeqCst);
        self.ended.fetch_add(1, SeqCst);
        Ok(moved)
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        let add_up = || self.balances.iter().fold(0u64, |sum, balance| sum.wrapping_add(balance.load(SeqCst)));
        // Nothing was being written while it added up: then that is right. Otherwise with all the locks.
        let ended = self.ended.load(SeqCst);
        let sum = add_up();
        if self.begun.load(SeqCst) == ended {
            return sum;
        }
        let _all: Vec<_> = (0..self.turns.len()).map(|account| self.turn(account)).collect();
        add_up()
    }
}
