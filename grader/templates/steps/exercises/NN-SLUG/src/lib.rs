//! Exercise NN: TITLE (Python: `threading.Event`).
//!
//! Fill in [`Event`]: its fields and the bodies of its functions. The lesson, with hints, is in `README.md` beside this
//! package's `Cargo.toml`; check your answer with `cargo test -p exercise-NN`.

/// Something that happens, and that threads can wait for.
///
/// What a caller may rely on:
///
/// - A thread waits only while the event is not set. `set` lets everybody go on who waits.
/// - A wait ends by its event alone: a thread that wakes up for no reason, as `Condvar::wait` may, waits on.
/// - Waiting sleeps: no busy loops, no looking again and again, no guessed pauses.
pub struct Event {
    // The fields are yours to choose.
}

impl Event {
    /// An event that is not set.
    #[must_use]
    pub fn new() -> Self {
        todo!()
    }

    /// Waits until the event is set. If it is set already, there is nothing to wait for.
    pub fn wait(&self) {
        todo!()
    }

    /// Sets the event: it has happened.
    pub fn set(&self) {
        todo!()
    }

    /// Makes it unset again. Whoever `set` has let go on goes on.
    pub fn clear(&self) {
        todo!()
    }

    /// Whether the event is set. It never waits.
    #[must_use]
    pub fn is_set(&self) -> bool {
        todo!()
    }
}

impl Default for Event {
    fn default() -> Self {
        Self::new()
    }
}
