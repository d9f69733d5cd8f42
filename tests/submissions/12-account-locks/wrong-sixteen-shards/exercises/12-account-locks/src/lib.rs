//! Thousands of locks for thousands of accounts would be a waste. Sixteen shards are enough for all cores.

use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

const SHARDS: usize = 16;

/// Shard s has the accounts s, s + 16, s + 32, …
pub struct Bank {
    shards: Vec<Mutex<Vec<u64>>>,
}

impl Bank {
    pub fn new(balances: Vec<u64>) -> Self {
        let mut shards = vec![Vec::new(); SHARDS];
        for (account, balance) in balances.into_iter().enumerate() {
            shards[account % SHARDS].push(balance);
        }
        Self { shards: shards.into_iter().map(Mutex::new).collect() }
    }

    fn shard(&self, account: usize) -> MutexGuard<'_, Vec<u64>> {
        self.shards[account % SHARDS].lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let mut shard = self.shard(account);
        let balance = &mut shard[account / SHARDS];
        *balance = change(*balance);
        *balance
    }

    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let (f, t) = (from / SHARDS, to / SHARDS);
        if from % SHARDS == to % SHARDS {
            let mut shard = self.shard(from);
            let moved = amount(shard[f], shard[t]);
            if moved > shard[f] {
                return Err(InsufficientFunds);
            }
            shard[f] -= moved;
            shard[t] += moved;
            return Ok(moved);
        }
        let (mut source, mut target);
        if from % SHARDS < to % SHARDS {
            source = self.shard(from);
            target = self.shard(to);
        } else {
            target = self.shard(to);
            source = self.shard(from);
        }
        let moved = amount(source[f], target[t]);
        if moved > source[f] {
            return Err(InsufficientFunds);
        }
        source[f] -= moved;
        target[t] += moved;
        Ok(moved)
    }

    pub fn total(&self) -> u64 {
        let guards: Vec<_> = (0..SHARDS).map(|shard| self.shard(shard)).collect();
        guards.iter().flat_map(|shard| shard.iter()).sum()
    }
}
