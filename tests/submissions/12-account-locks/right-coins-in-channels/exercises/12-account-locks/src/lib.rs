//! Each balance is a message in a channel with one place: who has received it has the account.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

struct Account {
    put: SyncSender<u64>,
    take: Mutex<Receiver<u64>>,
}

/// The balance, out of its account. It goes back by itself, also in a panic.
struct Held<'a> {
    balance: u64,
    account: &'a Account,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.account.put.send(self.balance).expect("the receiver is beside it");
    }
}

impl Account {
    fn hold(&self) -> Held<'_> {
        let balance = self.take.lock().unwrap_or_else(PoisonError::into_inner).recv().unwrap();
        Held { balance, account: self }
    }
}

pub struct Bank {
    accounts: Vec<Account>,
}

impl Bank {
    #[must_use]
    pub fn new(balances: Vec<u64>) -> Self {
        let open = |balance| {
            let (put, take) = sync_channel(1);
            put.send(balance).unwrap();
            Account { put, take: Mutex::new(take) }
        };
        Self { accounts: balances.into_iter().map(open).collect() }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut held = self.accounts[account].hold();
        held.balance = change(held.balance);
        held.balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let (mut source, mut target) = match from.cmp(&to) {
            Equal => {
                let held = self.accounts[from].hold();
                let moved = amount(held.balance, held.balance);
                return (moved <= held.balance).then_some(moved).ok_or(InsufficientFunds);
            }
            Less => {
                let source = self.accounts[from].hold();
                (source, self.accounts[to].hold())
            }
            Greater => {
                let target = self.accounts[to].hold();
                (self.accounts[from].hold(), target)
            }
        };
        let moved = amount(source.balance, target.balance);
        source.balance = source.balance.checked_sub(moved).ok_or(InsufficientFunds)?;
        target.balance += moved;
        Ok(moved)
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        let held: Vec<_> = self.accounts.iter().map(Account::hold).collect();
        held.iter().map(|h| h.balance).sum()
    }
}
