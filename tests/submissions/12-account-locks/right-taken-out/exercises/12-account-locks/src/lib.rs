//! Each account is a safe with at most one pile of money in it. Who works with the money takes it out; the safe is empty meanwhile, and others wait
//! until it is back.

use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

struct Safe {
    money: Mutex<Option<u64>>,
    returned: Condvar,
}

struct Money<'a> {
    amount: u64,
    safe: &'a Safe,
}

impl Safe {
    fn take(&self) -> Money<'_> {
        let money = self.money.lock().unwrap();
        let mut money = self.returned.wait_while(money, |money| money.is_none()).unwrap();
        Money { amount: money.take().unwrap(), safe: self }
    }
}

impl Deref for Money<'_> {
    type Target = u64;

    fn deref(&self) -> &u64 {
        &self.amount
    }
}

impl DerefMut for Money<'_> {
    fn deref_mut(&mut self) -> &mut u64 {
        &mut self.amount
    }
}

impl Drop for Money<'_> {
    fn drop(&mut self) {
        *self.safe.money.lock().unwrap() = Some(self.amount);
        self.safe.returned.notify_one();
    }
}

pub struct Bank {
    safes: Vec<Safe>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        let safe = |balance| Safe { money: Mutex::new(Some(balance)), returned: Condvar::new() };
        Self { safes: balances.into_iter().map(safe).collect() }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut money = self.safes[account].take();
        *money = change(*money);
        *money
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let mut low = self.safes[from.min(to)].take();
        if from == to {
            let sum = amount(*low, *low);
            if sum > *low { Err(InsufficientFunds) } else { Ok(sum) }
        } else {
            let mut high = self.safes[from.max(to)].take();
            let (source, target) = if from < to { (&mut *low, &mut *high) } else { (&mut *high, &mut *low) };
            let sum = amount(*source, *target);
            if *source < sum {
                Err(InsufficientFunds)
            } else {
                *source -= sum;
                *target += sum;
                Ok(sum)
            }
        }
    }

    pub fn total(&self) -> u64 {
        let everything: Vec<Money<'_>> = self.safes.iter().map(Safe::take).collect();
        everything.iter().map(|money| money.amount).sum()
    }
}
