//! The operations, as the judge tells them to the adapter. Each has the number of the semaphore behind its code; what else there is is in
//! parentheses. The codes are the places of their names in the suite's `supplied`.

/// What a thread does while it holds a permit: supplied work.
pub(crate) const HELD: u16 = 0;

/// Acquire.
pub(crate) const ACQUIRE: u64 = 1;
/// Try to acquire (whether to keep the permit: 0 drops it at once).
pub(crate) const TRY: u64 = 2;
/// Acquire with a time limit (microseconds; [`FOREVER`] is the longest, and [`AGES`] come next).
pub(crate) const TIMED: u64 = 3;
/// Drop a permit (the driver that got it).
pub(crate) const RELEASE: u64 = 4;
/// Acquire, work, drop (key of the work).
pub(crate) const HOLD: u64 = 5;
/// Panic, which drops a permit (the driver that got it).
pub(crate) const PANIC: u64 = 6;

/// In place of microseconds: `Duration::MAX`.
pub(crate) const FOREVER: u64 = u64::MAX;
/// In place of microseconds: so long that there is no such `Instant`, and less than `Duration::MAX`.
pub(crate) const AGES: u64 = u64::MAX - 1;

/// What an operation gave: no permit.
pub(crate) const NONE: u64 = 0;
/// A permit, or that it came back.
pub(crate) const PERMIT: u64 = 1;
/// No permit, before the time had run out.
pub(crate) const TOO_EARLY: u64 = 2;
