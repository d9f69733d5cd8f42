//! What adapter and checks agree on. The codes of operations are the places of their names in the suite's `supplied`.

/// The student's functions, as the judge numbers them.
pub(crate) const BUFFER: u16 = 0;
/// The same.
pub(crate) const PIPELINE: u16 = 1;
/// As [`BUFFER`], with items that are `()`: in operations and results each of them is [`UNIT`].
pub(crate) const UNITS: u16 = 2;
/// The item `()`.
pub(crate) const UNIT: u64 = 0;

/// The supplied functions of the pipeline. The key of an item is its source times [`SOURCE`] and its place there.
pub(crate) const PRODUCE: u16 = 0;
/// The same.
pub(crate) const CONSUME: u16 = 1;
/// Items that a source has at most.
pub(crate) const SOURCE: u64 = 1_000;

/// Operations of the buffer; each has the number of the buffer behind its code. Put (the item).
pub(crate) const PUT: u64 = 2;
/// Get.
pub(crate) const GET: u64 = 3;
/// Close.
pub(crate) const CLOSE: u64 = 4;

/// What an operation gave: an item that is put in, or nothing that comes out, as the buffer is closed.
pub(crate) const CLOSED: u64 = 0;
/// That it went well. Behind a `get` stands the item, and behind a `put` into a closed buffer the item that came back.
pub(crate) const DONE: u64 = 1;
