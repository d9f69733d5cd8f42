//! Who may change an account is one thing (a lock for each), what everybody sees is another: a snapshot, replaced as a whole.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

pub struct Bank {
    turns: Vec<Mutex<()>>,
    seen: RwLock<Arc<[u64]>>,
}

impl Bank {
    #[must_use]
    pub fn new(balances: Vec<u64>) -> Self {
        Self { turns: balances.iter().map(|_| Mutex::new(())).collect(), seen: RwLock::new(balances.into()) }
    }

    fn snapshot(&self) -> Arc<[u64]> {
        Arc::clone(&self.seen.read().unwrap())
    }

    fn commit(&self, writes: &[(usize, u64)]) {
        let mut seen = self.seen.write().unwrap();
        let mut next = seen.to_vec();
        for &(account, balance) in writes {
            next[account] = balance;
        }
        *seen = next.into();
    }

    fn turns(&self, accounts: &[usize]) -> Vec<MutexGuard<'_, ()>> {
        let mut accounts = accounts.to_vec();
        accounts.sort_unstable();
        accounts.dedup();
        accounts.into_iter().map(|a| self.turns[a].lock().unwrap_or_else(PoisonError::into_inner)).collect()
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let _turn = self.turns(&[account]);
        let new = change(self.snapshot()[account]);
        self.commit(&[(account, new)]);
        new
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let _turns = self.turns(&[from, to]);
        let (source, target) = {
            let all = self.snapshot();
            (all[from], all[to])
        };
        let moved = amount(source, target);
        if moved > source {
            return Err(InsufficientFunds);
        }
        if from != to {
            self.commit(&[(from, source - moved), (to, target + moved)]);
        }
        Ok(moved)
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        self.snapshot().iter().sum()
    }
}
