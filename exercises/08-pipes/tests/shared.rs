//! What adapter and checks agree on: what is asked of the judge, and the bytes of messages and replies.
//!
//! Megabytes never travel to the judge. Both processes make their bytes of three numbers, and tell the judge the length and the digest of
//! what they have got: the judge makes the same bytes, and compares.

/// The supplied functions. `handle`, of a message; its key is how many were handled before.
pub(crate) const HANDLE: u16 = 0;
/// `on_reply`; its key is how many replies were passed on before.
pub(crate) const ON_REPLY: u16 = 1;
/// What `handle` does before it gives a reply, where that takes time. Replies are counted through the call.
pub(crate) const REPLY: u16 = 2;
/// The start of the child.
pub(crate) const START: u16 = 3;
/// What `handle` does after its last reply, where that takes time. Its key is that of the message.
pub(crate) const REST: u16 = 4;
/// What ends the child in the middle of a reply.
pub(crate) const CUT: u16 = 5;
/// What the child's process does once `child` has returned, where the start's answer has a number.
pub(crate) const BACK: u16 = 6;
/// What `handle` does when the function that sends a reply panics.
pub(crate) const FAILED: u16 = 7;

/// The entry of a call whose command names a program that does not exist.
pub(crate) const NO_PROGRAM: u16 = 1;

/// The bytes of a message or a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Bytes {
    /// How many.
    pub(crate) length: u64,
    /// What they look like.
    pub(crate) look: Look,
    /// What they are made of.
    pub(crate) seed: u64,
}

/// What bytes look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Look {
    /// Like nothing.
    Random,
    /// All of them zero.
    Zeros,
    /// All of them the end of a line.
    Newlines,
    /// Each value in turn.
    EachValue,
    /// No text: bytes that begin nothing in UTF-8.
    NoText,
    /// Like lengths of what follows.
    Lengths,
    /// Numbers in decimal, as text.
    Digits,
}

const LOOKS: [Look; 7] =
    [Look::Random, Look::Zeros, Look::Newlines, Look::EachValue, Look::NoText, Look::Lengths, Look::Digits];

impl Bytes {
    pub(crate) fn numbers(self) -> [u64; 3] {
        [self.length, self.look as u64, self.seed]
    }

    pub(crate) fn from_numbers(numbers: &[u64]) -> Self {
        let look = usize::try_from(numbers[1]).ok().and_then(|look| LOOKS.get(look)).copied();
        Self { length: numbers[0], look: look.expect("the judge sends looks"), seed: numbers[2] }
    }

    /// The bytes themselves.
    pub(crate) fn make(self) -> Vec<u8> {
        let length = usize::try_from(self.length).expect("they are few enough");
        let each = |byte: u8| vec![byte; length];
        match self.look {
            Look::Random => random(length, self.seed),
            Look::Zeros => each(0),
            Look::Newlines => each(b'\n'),
            Look::EachValue => (0..=u8::MAX).cycle().take(length).collect(),
            Look::NoText => each(0xfe),
            Look::Lengths => [0, 0, 0, 3].into_iter().cycle().take(length).collect(),
            Look::Digits => b"10 200 3 ".iter().copied().cycle().take(length).collect(),
        }
    }
}

/// Eight bytes at a time: nothing here is optimised.
fn random(length: usize, seed: u64) -> Vec<u8> {
    let mut bytes = vec![0; length.next_multiple_of(8)];
    let mut state = seed;
    for eight in bytes.chunks_exact_mut(8) {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        eight.copy_from_slice(&mixed(state).to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// The finalizer of `splitmix64`.
fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// What tells bytes from others of the same length.
pub(crate) fn digest(bytes: &[u8]) -> u64 {
    let eights = bytes.chunks_exact(8);
    let rest = eights.remainder().iter().fold(1, |rest, &byte| rest << 8 | u64::from(byte));
    let word = |eight: &[u8]| eight.try_into().map_or(0, u64::from_le_bytes);
    let add = |sum: u64, word: u64| (sum.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    mixed(add(eights.map(word).fold(bytes.len() as u64, add), rest))
}

/// What the judge tells `handle` to do with a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Orders {
    /// How many replies were given before.
    pub(crate) first: u64,
    /// Whether each reply has to be asked for: [`REPLY`].
    pub(crate) paced: bool,
    /// Whether [`REST`] comes after them.
    pub(crate) rests: bool,
    /// Whether the last reply is cut: [`CUT`] ends the process while it is being written.
    pub(crate) cut: bool,
    /// What to reply.
    pub(crate) replies: Vec<Bytes>,
}

impl Orders {
    pub(crate) fn numbers(&self) -> Vec<u64> {
        let head = [self.first, u64::from(self.paced), u64::from(self.rests), u64::from(self.cut)];
        head.into_iter().chain(self.replies.iter().flat_map(|reply| reply.numbers())).collect()
    }

    pub(crate) fn from_numbers(numbers: &[u64]) -> Self {
        let &[first, paced, rests, cut, ref replies @ ..] = numbers else { return Self::default() };
        let replies = replies.chunks_exact(3).map(Bytes::from_numbers).collect();
        Self { first, paced: paced > 0, rests: rests > 0, cut: cut > 0, replies }
    }
}
