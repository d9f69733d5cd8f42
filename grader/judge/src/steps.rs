//! Steps: what a driver, a thread of the kit, is told to do next, and what its last step gave, as plain numbers.
//!
//! A driver's question is an ordinary call of supplied work of a kind of its own ([`crate::wire::Work::driver`]): its input is what the step
//! before gave, and its answer the next step. So the judge sees when a step began, that it is back and with what, and a driver that has
//! not asked again is blocked in the student's code.
//!
//! Invariant: results come from the student's process. Whatever numbers they are, reading them never fails in another way than by
//! `None`.

use crate::wire::Payload;

/// One operation: its code, and its arguments. The code is the place of its name in the suite's `supplied`.
pub type Op = Vec<u64>;

/// What a driver is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Nothing more: it ends.
    Stop,
    /// These operations, without a rest between them.
    Row(Vec<Op>),
    /// To wake this driver for nothing, at the address where it waits where that can be seen. `None`: it waits for the judge, and is
    /// left alone.
    Nudge(Option<(u16, u64)>),
}

/// The name of a driver's thread: driver 0 is the one that made the call.
#[must_use]
pub fn thread_of(driver: u16) -> String {
    if driver == 0 { "main".to_owned() } else { format!("driver-{driver}") }
}

/// What an operation gave.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gave {
    /// Its result, as the adapter tells it.
    Result(Vec<u64>),
    /// It panicked.
    Panicked,
}

const ROW: u64 = 1;
const NUDGE: u64 = 2;

/// As the length of a result.
const PANICKED: u64 = u64::MAX;

impl Told {
    /// In the place of a driver that is nudged: a thread that the program has made. There are never as many drivers.
    pub const OWN_THREAD: u16 = u16::MAX;

    /// As it travels.
    #[must_use]
    pub fn payload(&self) -> Payload {
        match self {
            Self::Stop => Payload::default(),
            Self::Row(row) => {
                let ops = row.iter().flat_map(|op| [op.len() as u64].into_iter().chain(op.iter().copied()));
                Payload::of([ROW].into_iter().chain(ops))
            }
            Self::Nudge(None) => Payload::of([NUDGE]),
            Self::Nudge(Some((driver, address))) => Payload::of([NUDGE, u64::from(*driver), *address]),
        }
    }

    /// What the judge told; whatever it does not tell is the end.
    #[must_use]
    pub fn read(payload: &Payload) -> Self {
        match payload.numbers.as_slice() {
            [ROW, ops @ ..] => lists(ops).map_or(Self::Stop, |row| {
                Self::Row(row.into_iter().filter_map(|op| op.map(<[u64]>::to_vec)).collect())
            }),
            [NUDGE, driver, address] => {
                Self::Nudge(u16::try_from(*driver).ok().map(|driver| (driver, *address)))
            }
            [NUDGE] => Self::Nudge(None),
            _ => Self::Stop,
        }
    }
}

/// What the operations of a row gave, as it travels.
#[must_use]
pub fn told_back(gave: &[Gave]) -> Payload {
    Payload::of(gave.iter().flat_map(|gave| match gave {
        Gave::Result(numbers) => [numbers.len() as u64].iter().chain(numbers).copied().collect(),
        Gave::Panicked => vec![PANICKED],
    }))
}

/// The same, read; `None` where no driver tells it.
#[must_use]
pub fn read_back(payload: &Payload) -> Option<Vec<Gave>> {
    let gave = |list: Option<&[u64]>| list.map_or(Gave::Panicked, |numbers| Gave::Result(numbers.to_vec()));
    lists(&payload.numbers).map(|lists| lists.into_iter().map(gave).collect())
}

/// Lists that each have their length before them; `None` in the place of a panic.
fn lists(mut numbers: &[u64]) -> Option<Vec<Option<&[u64]>>> {
    let mut lists = Vec::new();
    while let [length, rest @ ..] = numbers {
        if *length == PANICKED {
            lists.push(None);
            numbers = rest;
        } else {
            let (list, rest) = rest.split_at_checked(usize::try_from(*length).ok()?)?;
            lists.push(Some(list));
            numbers = rest;
        }
    }
    Some(lists)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_told_is_read() {
        let all = [
            Told::Stop,
            Told::Row(vec![vec![1, 0], vec![], vec![7, u64::MAX, 3]]),
            Told::Nudge(None),
            Told::Nudge(Some((3, 0x7f00_1234))),
        ];
        for told in all {
            assert_eq!(Told::read(&told.payload()), told);
        }
        let gave = [Gave::Result(vec![1, u64::MAX]), Gave::Result(vec![]), Gave::Panicked];
        assert_eq!(read_back(&told_back(&gave)), Some(gave.into()));
    }

    proptest! {
        #[test]
        fn any_numbers_are_results_or_none(numbers in any::<Vec<u64>>(), small in prop::collection::vec(0_u64..4, 0..20)) {
            for numbers in [numbers, small] {
                if let Some(gave) = read_back(&Payload::of(numbers.clone())) {
                    prop_assert_eq!(told_back(&gave), Payload::of(numbers));
                }
            }
        }
    }
}
