//! What adapter and checks both need: the numbers of the supplied functions.

/// The supplied function `work`.
pub(crate) const WORK: u16 = 0;
