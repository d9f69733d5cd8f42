//! One short lock around everything, and a list of the accounts that somebody is busy with. Both accounts of a transfer are taken together or
//! not at all, so nobody holds one and waits for another.

use std::collections::HashSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

struct Books {
    balances: Vec<u64>,
    busy: HashSet<usize>,
}

pub struct Bank {
    books: Mutex<Books>,
    someone_left: Condvar,
}

/// The right to use some accounts; it ends with the drop, also after a panic.
struct Desk<'a> {
    bank: &'a Bank,
    accounts: [usize; 2],
}

impl Drop for Desk<'_> {
    fn drop(&mut self) {
        let mut books = self.bank.books();
        for account in &self.accounts {
            books.busy.remove(account);
        }
        drop(books);
        self.bank.someone_left.notify_all();
    }
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Bank { books: Mutex::new(Books { balances, busy: HashSet::new() }), someone_left: Condvar::new() }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for both accounts, which may be the same, and returns their balances.
    fn sit_down(&self, one: usize, other: usize) -> (Desk<'_>, u64, u64) {
        let mut books = self.books();
        while books.busy.contains(&one) || books.busy.contains(&other) {
            books = self.someone_left.wait(books).unwrap_or_else(PoisonError::into_inner);
        }
        books.busy.extend([one, other]);
        let (a, b) = (books.balances[one], books.balances[other]);
        (Desk { bank: self, accounts: [one, other] }, a, b)
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let (_desk, balance, _) = self.sit_down(account, account);
        let new = change(balance);
        self.books().balances[account] = new;
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let (_desk, source, target) = self.sit_down(from, to);
        let moved = amount(source, target);
        if moved > source {
            return Err(InsufficientFunds);
        }
        let mut books = self.books();
        books.balances[from] -= moved;
        books.balances[to] += moved;
        drop(books); // the desk needs it
        Ok(moved)
    }

    /// Both sides of a transfer are written in one go, so the books are right at any moment.
    pub fn total(&self) -> u64 {
        self.books().balances.iter().sum()
    }
}
