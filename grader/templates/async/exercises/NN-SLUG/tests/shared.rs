//! What adapter and checks both need: the numbers of the supplied functions.

/// The supplied function `fetch`.
pub(crate) const FETCH: u16 = 0;
