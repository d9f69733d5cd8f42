//! What adapter and checks agree on.
//!
//! All calls of a run share one block; each has a part of it. A worker is started with the number of its call. What it learns at its start
//! are its part's three numbers, the key of item 0, whether it tells that `worker` has returned, and then the tally of each item.
//! A call gives back how often it has called `command`.

/// The supplied functions: `work`, and the start of a worker process.
pub(crate) const WORK: u16 = 0;
pub(crate) const START: u16 = 1;
/// What a worker's process does once `worker` has returned, where the start's answer says so.
pub(crate) const BACK: u16 = 2;
/// An access of the block, where memory is slow: its key is the slot. Pictures leave it out.
pub(crate) const ACCESS: u16 = 1 << 15 | 1;

/// What an access does: the first number of its input. The others are its operands.
pub(crate) const LOAD: u64 = 0;
pub(crate) const STORE: u64 = 1;
pub(crate) const FETCH_ADD: u64 = 2;
pub(crate) const COMPARE_EXCHANGE: u64 = 3;

/// What the commands are like: all of them good ones.
pub(crate) const GOOD: u64 = 0;
/// The call of `command` with the number that follows, from 1, panics.
pub(crate) const PANICS: u64 = 1;
/// The command of that call names a program that does not exist.
pub(crate) const NO_PROGRAM: u64 = 2;

/// A call's numbers: which call it is; its part of the block, as first slot, number of slots, and how many ticks an access takes the
/// caller; tallies, items
/// and workers; and what the commands are like, as two numbers.
pub(crate) type Asked = [u64; 9];
