//! Deterministic locking: under one short lock an operation draws a ticket for each of its accounts. Then it waits at one account after the other
//! until its number comes up.

use std::sync::{Condvar, Mutex};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

struct Account {
    state: Mutex<Serving>,
    next: Condvar,
}

struct Serving {
    number: u64,
    balance: u64,
}

pub struct Bank {
    accounts: Vec<Account>,
    tickets: Mutex<Vec<u64>>,
}

/// My ticket for an account. Dropped, it calls the next number, served or not.
struct Ticket<'a> {
    account: &'a Account,
    number: u64,
}

impl Ticket<'_> {
    fn wait(&self) -> u64 {
        let state = self.account.state.lock().unwrap();
        let state = self.account.next.wait_while(state, |state| state.number != self.number).unwrap();
        state.balance
    }

    fn set(&self, balance: u64) {
        self.account.state.lock().unwrap().balance = balance;
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.wait();
        self.account.state.lock().unwrap().number += 1;
        self.account.next.notify_all();
    }
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        let tickets = Mutex::new(vec![0; balances.len()]);
        let account =
            |balance| Account { state: Mutex::new(Serving { number: 0, balance }), next: Condvar::new() };
        Self { accounts: balances.into_iter().map(account).collect(), tickets }
    }

    fn draw<const N: usize>(&self, accounts: [usize; N]) -> [Ticket<'_>; N] {
        let mut tickets = self.tickets.lock().unwrap();
        accounts.map(|account| {
            let number = tickets[account];
            tickets[account] += 1;
            Ticket { account: &self.accounts[account], number }
        })
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let [ticket] = self.draw([account]);
        let new = change(ticket.wait());
        ticket.set(new);
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        if from == to {
            let [ticket] = self.draw([from]);
            let balance = ticket.wait();
            let moved = amount(balance, balance);
            return if moved > balance { Err(InsufficientFunds) } else { Ok(moved) };
        }
        let [source, target] = self.draw([from, to]);
        let (a, b) = (source.wait(), target.wait());
        let moved = amount(a, b);
        if moved > a {
            return Err(InsufficientFunds);
        }
        source.set(a - moved);
        target.set(b + moved);
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let mut tickets = self.tickets.lock().unwrap();
        let mine: Vec<Ticket<'_>> = self
            .accounts
            .iter()
            .zip(tickets.iter_mut())
            .map(|(account, next)| {
                *next += 1;
                Ticket { account, number: *next - 1 }
            })
            .collect();
        drop(tickets);
        mine.iter().map(Ticket::wait).sum()
    }
}
