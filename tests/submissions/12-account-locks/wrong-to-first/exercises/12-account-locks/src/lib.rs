//! The receiver first: as long as it is locked nobody can pay in, so the money that I take cannot get lost on the way.

use std::sync::Mutex;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

#[derive(Default)]
struct Account(Mutex<u64>);

impl Account {
    fn with<R>(&self, f: impl FnOnce(&mut u64) -> R) -> R {
        let mut guard = match self.0.lock() {
            Ok(guard) => guard,
            Err(poisoned) => poisoned.into_inner(),
        };
        f(&mut guard)
    }
}

pub struct Bank {
    accounts: Vec<Account>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        Self { accounts: balances.into_iter().map(|b| Account(Mutex::new(b))).collect() }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        self.accounts[account].with(|balance| {
            *balance = change(*balance);
            *balance
        })
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        if from == to {
            return self.accounts[from].with(|balance| {
                let moved = amount(*balance, *balance);
                if moved <= *balance { Ok(moved) } else { Err(InsufficientFunds) }
            });
        }
        self.accounts[to].with(|target| {
            self.accounts[from].with(|source| {
                let moved = amount(*source, *target);
                if moved > *source {
                    return Err(InsufficientFunds);
                }
                *source -= moved;
                *target += moved;
                Ok(moved)
            })
        })
    }

    pub fn total(&self) -> u64 {
        fn sum(accounts: &[Account]) -> u64 {
            match accounts {
                [] => 0,
                [first, rest @ ..] => first.with(|balance| *balance + sum(rest)),
            }
        }
        sum(&self.accounts)
    }
}
