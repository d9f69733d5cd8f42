//! A thread gives the balances out on loan, as a database gives out locks; who is not served yet waits for a message.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

/// As in a database: a thread that gives out locks, and no balance is where it could be seen without one.
enum Request {
    Lock { accounts: Vec<usize>, grant: Sender<Vec<(usize, u64)>> },
    Unlock { accounts: Vec<(usize, u64)> },
}

pub struct Bank {
    size: usize,
    requests: Mutex<Option<Sender<Request>>>,
    server: Option<JoinHandle<()>>,
}

/// Accounts on loan: they go back when it is dropped, with the balances that it has then.
struct Loan {
    server: Sender<Request>,
    accounts: Vec<(usize, u64)>,
}

impl Loan {
    fn balance(&mut self, account: usize) -> &mut u64 {
        self.accounts.iter_mut().find(|(number, _)| *number == account).map(|(_, balance)| balance).unwrap()
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        let _ = self.server.send(Request::Unlock { accounts: std::mem::take(&mut self.accounts) });
    }
}

impl Bank {
    #[must_use]
    pub fn new(balances: Vec<u64>) -> Self {
        let (requests, inbox) = mpsc::channel();
        let size = balances.len();
        let server = thread::spawn(move || {
            let mut at_home: HashMap<usize, u64> = balances.into_iter().enumerate().collect();
            let mut waiting: Vec<(Vec<usize>, Sender<Vec<(usize, u64)>>)> = Vec::new();
            while let Ok(request) = inbox.recv() {
                match request {
                    Request::Lock { accounts, grant } => waiting.push((accounts, grant)),
                    Request::Unlock { accounts } => at_home.extend(accounts),
                }
                waiting.retain(|(accounts, grant)| {
                    let granted = accounts.iter().all(|account| at_home.contains_key(account));
                    if granted {
                        let loan = accounts.iter().map(|account| at_home.remove_entry(account).unwrap()).collect();
                        let _ = grant.send(loan);
                    }
                    !granted
                });
            }
        });
        Self { size, requests: Mutex::new(Some(requests)), server: Some(server) }
    }

    fn borrow(&self, mut accounts: Vec<usize>) -> Loan {
        assert!(accounts.iter().all(|account| *account < self.size), "there is no such account");
        accounts.dedup();
        let server = self.requests.lock().unwrap().clone().unwrap();
        let (grant, granted) = mpsc::channel();
        server.send(Request::Lock { accounts, grant }).unwrap();
        Loan { accounts: granted.recv().unwrap(), server }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut loan = self.borrow(vec![account]);
        let balance = loan.balance(account);
        *balance = change(*balance);
        *balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let mut loan = self.borrow(vec![from, to]);
        let amount = amount(*loan.balance(from), *loan.balance(to));
        let left = loan.balance(from).checked_sub(amount).ok_or(InsufficientFunds)?;
        *loan.balance(from) = left;
        *loan.balance(to) += amount;
        Ok(amount)
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        let loan = self.borrow((0..self.size).collect());
        loan.accounts.iter().map(|(_, balance)| balance).sum()
    }
}

impl Drop for Bank {
    fn drop(&mut self) {
        self.requests.lock().unwrap().take();
        if let Some(server) = self.server.take() {
            let _ = server.join();
        }
    }
}
