//! What adapter and checks agree on: what is asked of the judge, what a client is told to do next, and what came of it.
//!
//! The `body` of a client is an interpreter: each of its threads asks the judge what to do next, and tells with that what its last call of
//! the proxy gave. Texts never travel to the judge, since keys may be long: a key is three numbers, and an unknown text is its length with a
//! digest.

/// The supplied functions. `combine`, of an update; its key is the place of the update among all of a scenario.
pub(crate) const COMBINE: u16 = 0;
/// What a thread of a client does next; its key is that of [`next`].
pub(crate) const NEXT: u16 = 1;
/// The start of a client. Its key is the client's number among all clients of the scenario.
pub(crate) const START: u16 = 2;
/// `command`, if a case lets one fail; likewise.
pub(crate) const COMMAND: u16 = 3;
/// What a client's process does once `client` has returned, where the start's answer says so. Its key is the number of the client.
pub(crate) const BACK: u16 = 4;

/// How many of a call's numbers come before its updates: see [`Session`].
const BEFORE_THE_UPDATES: usize = 4;

/// The most threads that one client has.
pub(crate) const THREADS: u64 = 16;
/// The most steps of a thread. Pictures show what is left of a key when this is taken off: the place.
const STEPS: u64 = 1 << 32;

/// The key of the step with this place, of a thread of a client.
pub(crate) fn next(client: u64, thread: u64, place: u64) -> u64 {
    (client * THREADS + thread) * STEPS + place
}

/// Client, thread and place of such a key.
pub(crate) fn of_next(key: u64) -> (u64, u64, u64) {
    (key / STEPS / THREADS, key / STEPS % THREADS, key % STEPS)
}

/// The numbers of one call of `manage`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    /// How many clients.
    pub(crate) clients: u64,
    /// The number of the first one among all of the scenario.
    pub(crate) first: u64,
    /// Whether `command` asks the judge before it gives a command.
    pub(crate) asks: bool,
    /// The client whose command names a program that does not exist, from 1; 0: none.
    pub(crate) missing: u64,
    /// Of each update that may come: what it passes as `with`, and its key.
    pub(crate) updates: Vec<(u64, u64)>,
}

impl Session {
    pub(crate) fn numbers(&self) -> Vec<u64> {
        let head = [self.clients, self.first, u64::from(self.asks), self.missing];
        head.into_iter().chain(self.updates.iter().flat_map(|&(with, key)| [with, key])).collect()
    }

    pub(crate) fn from_numbers(numbers: &[u64]) -> Self {
        let (head, updates) = numbers.split_at(BEFORE_THE_UPDATES);
        let &[clients, first, asks, missing] = head else { unreachable!("that many are split off") };
        let updates = updates.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
        Self { clients, first, asks: asks > 0, missing, updates }
    }
}

/// A key of the dict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    /// `key 7`.
    Plain(u64),
    /// One of [`ODD`].
    Odd(u64),
    /// So many characters; two with different second numbers differ in the last one only.
    Long(u64, u64),
}

/// Keys that some way of writing them down can't hold.
pub(crate) const ODD: [&str; 33] = [
    "",
    " ",
    "\n",
    "\0",
    "\r\n",
    "a b",
    "a\nb",
    "a\0b",
    "a\tb",
    "\\n",
    "\\",
    "%0A",
    "\"",
    "'a'",
    ":",
    ",",
    "=",
    "0",
    "-1",
    "None",
    "get a",
    "ä€𝄞",
    "\u{301}e",
    "\u{fffd}",
    "\u{1f}",
    " a ",
    "\r",
    "a\r",
    "\u{7f}",
    "u{1f}",
    "a\u{a0}b",
    "\u{2003}a\u{2003}",
    "a\u{b}",
];

impl Key {
    pub(crate) fn numbers(self) -> [u64; 3] {
        match self {
            Self::Plain(number) => [0, number, 0],
            Self::Odd(place) => [1, place, 0],
            Self::Long(length, last) => [2, length, last],
        }
    }

    pub(crate) fn from_numbers(numbers: &[u64]) -> Option<Self> {
        match *numbers {
            [0, number, _] => Some(Self::Plain(number)),
            [1, place, _] if place < ODD.len() as u64 => Some(Self::Odd(place)),
            [2, length, last] => Some(Self::Long(length, last)),
            _ => None,
        }
    }

    pub(crate) fn text(self) -> String {
        match self {
            Self::Plain(number) => format!("key {number}"),
            Self::Odd(place) => usize::try_from(place)
                .ok()
                .and_then(|place| ODD.get(place))
                .copied()
                .unwrap_or_default()
                .to_owned(),
            Self::Long(length, last) => {
                let most = length.saturating_sub(1);
                let letters = "lorem\nipsum\0dolor sit amet ".chars().cycle();
                let mut text: String = letters.take(usize::try_from(most).unwrap_or(0)).collect();
                text.push(char::from(b'a' + u8::try_from(last % 26).unwrap_or(0)));
                text
            }
        }
    }
}

/// Length and digest (FNV-1a) of a text that is no longer than a key.
pub(crate) fn digest(text: &str) -> [u64; 2] {
    let add = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    [text.len() as u64, text.bytes().fold(0xcbf2_9ce4_8422_2325, add)]
}

/// A call of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Get(Key),
    Insert(Key, u64),
    Remove(Key),
    /// With this.
    Update(Key, u64),
    Len,
}

impl Op {
    pub(crate) fn key(self) -> Option<Key> {
        match self {
            Self::Get(key) | Self::Insert(key, _) | Self::Remove(key) | Self::Update(key, _) => Some(key),
            Self::Len => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Get(_) => "get",
            Self::Insert(..) => "insert",
            Self::Remove(_) => "remove",
            Self::Update(..) => "update",
            Self::Len => "len",
        }
    }

    fn numbers(self) -> [u64; 5] {
        let key = self.key().unwrap_or(Key::Plain(0)).numbers();
        let (code, value) = match self {
            Self::Get(_) => (0, 0),
            Self::Insert(_, value) => (1, value),
            Self::Remove(_) => (2, 0),
            Self::Update(_, with) => (3, with),
            Self::Len => (4, 0),
        };
        [code, key[0], key[1], key[2], value]
    }

    fn from_numbers(numbers: &[u64]) -> Option<Self> {
        let &[code, ref key @ .., value] = numbers else { return None };
        let key = Key::from_numbers(key)?;
        match code {
            0 => Some(Self::Get(key)),
            1 => Some(Self::Insert(key, value)),
            2 => Some(Self::Remove(key)),
            3 => Some(Self::Update(key, value)),
            4 => Some(Self::Len),
            _ => None,
        }
    }
}

/// What a thread of a client is told to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing more.
    End,
    /// This call.
    Call(Op),
    /// This call, in which the process is killed once so many more bytes of it have gone out.
    CutCall(Op, u64),
    /// So many threads at the same time: each inserts and gets so many values under a key of its own, as [`row`] has it.
    Burst { threads: u64, rounds: u64, seed: u64 },
}

impl Step {
    pub(crate) fn numbers(self) -> Vec<u64> {
        match self {
            Self::End => vec![0],
            Self::Call(op) => [1].into_iter().chain(op.numbers()).collect(),
            Self::CutCall(op, bytes) => [2, bytes].into_iter().chain(op.numbers()).collect(),
            Self::Burst { threads, rounds, seed } => vec![3, threads, rounds, seed],
        }
    }

    /// `None`: no step.
    pub(crate) fn from_numbers(numbers: &[u64]) -> Option<Self> {
        match *numbers {
            [0] => Some(Self::End),
            [1, ref op @ ..] => Some(Self::Call(Op::from_numbers(op)?)),
            [2, bytes, ref op @ ..] => Some(Self::CutCall(Op::from_numbers(op)?, bytes)),
            [3, threads, rounds, seed] => Some(Self::Burst { threads, rounds, seed }),
            _ => None,
        }
    }
}

/// The calls of one thread of a burst, and what each gives: nobody else uses that key, and it is removed at the end.
pub(crate) fn row(thread: u64, rounds: u64, seed: u64) -> Vec<(Op, Gave)> {
    let key = Key::Plain(1_000 + seed * THREADS + thread);
    let value = |round: u64| mixed(seed << 32 | thread << 16 | round);
    let mut before = None;
    let mut row = Vec::new();
    for round in 0..rounds {
        row.push((Op::Insert(key, value(round)), Gave::Option(before)));
        before = Some(value(round));
        row.push((Op::Get(key), Gave::Option(before)));
    }
    row.push((Op::Remove(key), before.map_or(Gave::NoSuchKey(digest(&key.text())), Gave::Value)));
    row
}

/// What a call of a proxy gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Gave {
    /// `Ok` of an `Option`.
    Option(Option<u64>),
    /// `Ok` of a number.
    Value(u64),
    /// The error with a text of this length and digest.
    NoSuchKey([u64; 2]),
    /// The error.
    Gone,
}

impl Gave {
    /// What an adapter has told with three numbers.
    pub(crate) fn from_numbers(numbers: &[u64]) -> Option<Self> {
        match *numbers {
            [0, ..] => Some(Self::Option(None)),
            [1, value, _] => Some(Self::Option(Some(value))),
            [2, value, _] => Some(Self::Value(value)),
            [3, length, digest] => Some(Self::NoSuchKey([length, digest])),
            [4, ..] => Some(Self::Gone),
            _ => None,
        }
    }
}

/// The finalizer of `splitmix64`: different numbers, that look like nothing, for different ones.
pub(crate) fn mixed(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
