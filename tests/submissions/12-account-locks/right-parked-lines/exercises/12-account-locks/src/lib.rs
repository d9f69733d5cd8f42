//! Each account has a line. An operation joins the lines of all its accounts at one moment, and goes when it is first in all of them. Since all lines
//! agree on who came first there is no circle.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

#[derive(Clone)]
struct Waiter {
    number: u64,
    thread: Thread,
}

struct Hall {
    balances: Vec<u64>,
    lines: Vec<VecDeque<Waiter>>,
    number: u64,
}

pub struct Bank {
    hall: Mutex<Hall>,
}

struct Turn<'a> {
    bank: &'a Bank,
    number: u64,
    accounts: Vec<usize>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        let lines = balances.iter().map(|_| VecDeque::new()).collect();
        Self { hall: Mutex::new(Hall { balances, lines, number: 0 }) }
    }

    fn hall(&self) -> MutexGuard<'_, Hall> {
        self.hall.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self, accounts: Vec<usize>) -> Turn<'_> {
        let mut hall = self.hall();
        hall.number += 1;
        let number = hall.number;
        let waiter = Waiter { number, thread: thread::current() };
        for &account in &accounts {
            hall.lines[account].push_back(waiter.clone());
        }
        while !accounts.iter().all(|&account| hall.lines[account][0].number == number) {
            drop(hall);
            thread::park();
            hall = self.hall();
        }
        Turn { bank: self, number, accounts }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let _turn = self.turn(vec![account]);
        let old = self.hall().balances[account];
        let new = change(old);
        self.hall().balances[account] = new;
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let _turn = self.turn(if from == to { vec![from] } else { vec![from, to] });
        let (source, target) = {
            let hall = self.hall();
            (hall.balances[from], hall.balances[to])
        };
        let moved = amount(source, target);
        if moved > source {
            return Err(InsufficientFunds);
        }
        let mut hall = self.hall();
        hall.balances[from] -= moved;
        hall.balances[to] += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let all = (0..self.hall().balances.len()).collect();
        let _turn = self.turn(all);
        let sum = self.hall().balances.iter().sum();
        sum
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut hall = self.bank.hall();
        for &account in &self.accounts {
            let gone = hall.lines[account].pop_front();
            debug_assert!(gone.is_some_and(|waiter| waiter.number == self.number));
            if let Some(next) = hall.lines[account].front() {
                next.thread.unpark();
            }
        }
    }
}
