//! What adapter and checks both need: the numbers of the supplied functions.

/// The supplied function `work`.
pub(crate) const WORK: u16 = 0;

/// The supplied function `on_result`.
pub(crate) const ON_RESULT: u16 = 1;
