//! What adapter and checks agree on. The codes of operations are the places of their names in the suite's `supplied`.

/// The closure of an update. Its input: the bank, the account, the balance that it was given.
pub(crate) const CHANGE: u16 = 0;
/// The closure of a transfer. Its input: the bank, both accounts, both balances that it was given.
pub(crate) const AMOUNT: u16 = 1;

/// Operations; each has the number of the bank behind its code. Update (account, key of the closure).
pub(crate) const UPDATE: u64 = 2;
/// Transfer (from, to, key of the closure).
pub(crate) const TRANSFER: u64 = 3;
/// Total.
pub(crate) const TOTAL: u64 = 4;

/// What a transfer gave: nothing was moved.
pub(crate) const INSUFFICIENT: u64 = 0;
/// So much was moved; the amount stands behind it.
pub(crate) const MOVED: u64 = 1;
