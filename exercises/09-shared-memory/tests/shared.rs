//! What adapter and checks agree on.
//!
//! All calls of a run share one block; each has a part of it. A call's numbers: `CALL_NUMBERS` of them, see [`Asked`]. What a worker
//! learns at its start: `Told`'s numbers, and then the tally of each item.

/// The supplied functions: `work`, and the start of a worker process.
pub(crate) const WORK: u16 = 0;
pub(crate) const START: u16 = 1;
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

/// The part of the block that a call has.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    /// Its first slot.
    pub(crate) first: u64,
    /// How many there are.
    pub(crate) slots: u64,
    /// Whether memory is slow: 1, or 0.
    pub(crate) slow: u64,
}

/// A call, as the adapter is asked to make it.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    /// Its number among the calls, which its workers are started with.
    pub(crate) call: u64,
    pub(crate) part: Part,
    pub(crate) tallies: u64,
    pub(crate) items: u64,
    pub(crate) workers: u64,
    /// What the commands are like, and which.
    pub(crate) commands: [u64; 2],
}

impl Asked {
    pub(crate) fn numbers(self) -> [u64; 9] {
        let Self { call, part: Part { first, slots, slow }, tallies, items, workers, commands: [like, at] } = self;
        [call, first, slots, slow, tallies, items, workers, like, at]
    }

    pub(crate) fn read(numbers: &[u64]) -> Option<Self> {
        let &[call, first, slots, slow, tallies, items, workers, like, at] = numbers else { return None };
        let (part, commands) = (Part { first, slots, slow }, [like, at]);
        Some(Self { call, part, tallies, items, workers, commands })
    }
}

/// What a worker learns at its start: its part, the key of item 0, and the tally of each item.
pub(crate) struct Told {
    pub(crate) part: Part,
    pub(crate) first_key: u64,
    pub(crate) tallies: Vec<u64>,
}

impl Told {
    pub(crate) fn numbers(&self) -> Vec<u64> {
        let Part { first, slots, slow } = self.part;
        [&[first, slots, slow, self.first_key], &self.tallies[..]].concat()
    }

    pub(crate) fn read(numbers: &[u64]) -> Option<Self> {
        let &[first, slots, slow, first_key, ref tallies @ ..] = numbers else { return None };
        Some(Self { part: Part { first, slots, slow }, first_key, tallies: tallies.to_vec() })
    }
}
