//! What adapter and checks both need: the operations. Their codes are the places of their names in the suite's `supplied`.

/// Wait until it is set.
pub(crate) const WAIT: u64 = 0;
/// Set it.
pub(crate) const SET: u64 = 1;
/// Make it unset again.
pub(crate) const CLEAR: u64 = 2;
/// Whether it is set: 0 or 1.
pub(crate) const IS_SET: u64 = 3;
