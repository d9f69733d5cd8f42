//! How many programs can be given side by side what their limits promise.

/// What [`Promise::room`](crate::Promise::room) found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// So many at once.
    pub runs: usize,
    /// Where that is fewer than were asked for: what is short, and what to do.
    pub why_no_more: Option<String>,
}
