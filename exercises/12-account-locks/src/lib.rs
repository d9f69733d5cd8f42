//! Exercise 12: accounts behind locks (Python: `threading.Lock`, `with lock:`).
//!
//! Fill in [`Bank`]: its fields and the bodies of its functions. The lesson, with hints, is in `README.md` beside this
//! package's `Cargo.toml`; check your answer with `cargo test -p exercise-12`.

/// Nothing was moved. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientFunds;

/// Accounts, numbered from 0, that any number of threads use at the same time.
///
/// What a caller may rely on:
///
/// - Every operation happens as if it were alone: while `change` or `amount` is being called, no other operation reads or
///   writes the accounts that it is called for, and nothing of an operation is seen before all of it is done.
/// - Operations that share no account never wait for each other, whatever else is going on; `total` shares all accounts.
///   (One may wait for another that waits itself, if the two share an account.)
/// - Whatever operations are made at the same time, in whatever direction: all of them come to an end. Nobody is promised
///   a turn before anybody else.
/// - If `change` or `amount` panics, so does the operation, with this panic or another one; the balances are as before, and
///   the accounts can be used as before.
/// - Waiting sleeps: no busy loops, no looking again and again.
/// - Banks know nothing of each other.
///
/// What a caller promises: accounts exist (any panic is right if one does not); sums stay below 2⁶⁴; `change` and `amount`
/// use no bank; there are at most 300 accounts and at most 300 threads.
pub struct Bank {
    // The fields are yours to choose.
}

impl Bank {
    /// A bank with these balances.
    #[must_use]
    pub fn new(balances: Vec<u64>) -> Self {
        drop(balances);
        todo!()
    }

    /// Replaces the balance by `change(balance)` and returns the new one.
    ///
    /// `change` is called once, on the calling thread.
    pub fn update<F: FnOnce(u64) -> u64>(&self, account: usize, change: F) -> u64 {
        let _ = (account, change);
        todo!()
    }

    /// Moves `amount(balance of from, balance of to)` from one account to the other, and returns how much that was.
    ///
    /// `amount` is called once, on the calling thread. An account may be both: then `amount` is given its balance twice,
    /// and nothing changes.
    ///
    /// # Errors
    ///
    /// [`InsufficientFunds`] if that is more than the balance of `from`, also from an account to itself: then nothing has
    /// changed.
    pub fn transfer<F: FnOnce(u64, u64) -> u64>(
        &self,
        from: usize,
        to: usize,
        amount: F,
    ) -> Result<u64, InsufficientFunds> {
        let _ = (from, to, amount);
        todo!()
    }

    /// The sum of all balances at one moment: money that is being moved is counted once. Without accounts it is 0.
    ///
    /// It need not wait for operations that are in progress: any moment between its beginning and its end is right.
    #[must_use]
    pub fn total(&self) -> u64 {
        todo!()
    }
}
