//! A transfer needs two locks at most, so two locks are enough: odd and even.

use std::sync::{Mutex, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    even: Mutex<Vec<u64>>,
    odd: Mutex<Vec<u64>>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        let even = balances.iter().copied().step_by(2).collect();
        let odd = balances.iter().copied().skip(1).step_by(2).collect();
        Self { even: Mutex::new(even), odd: Mutex::new(odd) }
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let half = if account % 2 == 0 { &self.even } else { &self.odd };
        let mut half = half.lock().unwrap_or_else(PoisonError::into_inner);
        half[account / 2] = change(half[account / 2]);
        half[account / 2]
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let mut even = None;
        let mut odd = None;
        if from % 2 == 0 || to % 2 == 0 {
            even = Some(self.even.lock().unwrap_or_else(PoisonError::into_inner));
        }
        if from % 2 == 1 || to % 2 == 1 {
            odd = Some(self.odd.lock().unwrap_or_else(PoisonError::into_inner));
        }
        let mut at = |account: usize, add: u64, sub: u64| {
            let half = if account % 2 == 0 { even.as_mut() } else { odd.as_mut() };
            let balance = &mut half.unwrap()[account / 2];
            *balance = *balance + add - sub;
            *balance
        };
        let (source, target) = (at(from, 0, 0), at(to, 0, 0));
        let moved = amount(source, target);
        if moved > source {
            return Err(InsufficientFunds);
        }
        at(from, 0, moved);
        at(to, moved, 0);
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let even = self.even.lock().unwrap_or_else(PoisonError::into_inner);
        let odd = self.odd.lock().unwrap_or_else(PoisonError::into_inner);
        even.iter().chain(odd.iter()).sum()
    }
}
