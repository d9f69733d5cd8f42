//! Many interleavings of one small program: what is to be played, and the history that each schedule made, as plain numbers.
//!
//! An object that several threads use is also played under a scheduler of the kit's own, where its sources can be compiled for that: then
//! two operations run at the same moment, and are interrupted wherever one thread can see another. What is played is an ordinary call of
//! the program, of an entry of its own ([`ENTRY`]); what it returns are the histories. They come from the student's process: evidence that
//! is judged by a model, and never a verdict.
//!
//! Invariant: whatever numbers a history is made of, reading it never fails in another way than by `None`.

use crate::steps::Op;
use crate::wire::{Payload, Request};

/// The entry of the call, whatever functions the exercise has. A program that was not compiled for it returns [`Explored::not`].
pub const ENTRY: u16 = u16::MAX;

/// What a program returns that was not compiled for it.
#[must_use]
pub fn not_compiled(_request: &Request) -> Payload {
    Explored::not(Stopped::NotCompiled).payload()
}

/// What is played, once in each schedule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Play {
    /// Decides the schedules.
    pub seed: u64,
    /// How many.
    pub schedules: u64,
    /// What the object is made with.
    pub setup: Vec<u64>,
    /// The moments, one after the other, each once all rest.
    pub moments: Vec<Moment>,
}

/// Rows that begin together: drivers, each with the operations that it does one right after the other.
pub type Moment = Vec<(u16, Vec<Op>)>;

/// Something that happened, in the order in which it did.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Event {
    /// A driver called the next operation of its row.
    Called(u16),
    /// It is back, with this.
    Back(u16, Vec<u64>),
    /// Nobody can go on.
    Rest,
}

/// What came of it all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Explored {
    /// How many schedules were played to their end.
    pub schedules: u64,
    /// The histories, each once: the number of the first schedule that made it, from 0, and what happened.
    pub histories: Vec<(u64, Vec<Event>)>,
    /// Why no more schedules were played; `None` where all were.
    pub stopped: Option<Stopped>,
}

/// What ends the playing: the program does what can't be played as it would be elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Its sources were not compiled for it.
    NotCompiled,
    /// A thread sleeps for a time.
    Sleeps,
    /// A wait at a channel has a time limit that runs out soon.
    HasALimit,
    /// It uses a channel in a way in which the scheduler's differ from the library's.
    UsesAChannel,
    /// A schedule takes too many steps: it looks again and again.
    TakesManySteps,
    /// An operation panics.
    Panics,
    /// A thread of its own panics, or is left over when the object is gone.
    LosesAThread,
}

impl Stopped {
    const ALL: [Self; 7] = [
        Self::NotCompiled,
        Self::Sleeps,
        Self::HasALimit,
        Self::UsesAChannel,
        Self::TakesManySteps,
        Self::Panics,
        Self::LosesAThread,
    ];

    /// As it travels; 0 is none.
    fn number(stopped: Option<Self>) -> u64 {
        let place = Self::ALL.iter().position(|one| Some(*one) == stopped);
        place.map_or(0, |place| place as u64 + 1)
    }

    fn read(number: u64) -> Option<Self> {
        Self::ALL.get(usize::try_from(number.checked_sub(1)?).ok()?).copied()
    }
}

impl Explored {
    /// Nothing was played, for this reason.
    #[must_use]
    pub fn not(why: Stopped) -> Self {
        Self { stopped: Some(why), ..Self::default() }
    }

    /// As it travels.
    #[must_use]
    pub fn payload(&self) -> Payload {
        let mut numbers = vec![self.schedules, Stopped::number(self.stopped)];
        for (schedule, events) in &self.histories {
            numbers.extend([*schedule, events.len() as u64]);
            for event in events {
                match event {
                    Event::Called(driver) => numbers.extend([CALLED, u64::from(*driver)]),
                    Event::Back(driver, gave) => {
                        numbers.extend([BACK, u64::from(*driver), gave.len() as u64]);
                        numbers.extend(gave);
                    }
                    Event::Rest => numbers.push(REST),
                }
            }
        }
        Payload::of(numbers)
    }

    /// The same, read; `None` where the kit does not tell it.
    #[must_use]
    pub fn read(payload: &Payload) -> Option<Self> {
        let mut numbers = Numbers(&payload.numbers);
        let schedules = numbers.next()?;
        let stopped = match numbers.next()? {
            0 => None,
            number => Some(Stopped::read(number)?),
        };
        let mut histories = Vec::new();
        while !numbers.0.is_empty() {
            let (schedule, length) = (numbers.next()?, numbers.next()?);
            let events = (0..length).map_while(|_| numbers.event()).collect::<Vec<_>>();
            if events.len() as u64 != length {
                return None;
            }
            histories.push((schedule, events));
        }
        Some(Self { schedules, histories, stopped })
    }
}

impl Play {
    /// As it travels.
    #[must_use]
    pub fn payload(&self) -> Payload {
        let mut numbers = vec![self.seed, self.schedules];
        let mut list = |list: &[u64]| {
            numbers.push(list.len() as u64);
            numbers.extend(list);
        };
        list(&self.setup);
        for moment in &self.moments {
            list(&moment.iter().map(|(driver, _)| u64::from(*driver)).collect::<Vec<_>>());
            for (_, row) in moment {
                list(&row.iter().map(|op| op.len() as u64).collect::<Vec<_>>());
                for op in row {
                    list(op);
                }
            }
        }
        Payload::of(numbers)
    }

    /// What the judge told; `None` where it tells no such thing.
    #[must_use]
    pub fn read(payload: &Payload) -> Option<Self> {
        let mut numbers = Numbers(&payload.numbers);
        let (seed, schedules) = (numbers.next()?, numbers.next()?);
        let mut play = Self { seed, schedules, setup: numbers.list()?.to_vec(), moments: Vec::new() };
        while !numbers.0.is_empty() {
            let drivers = numbers.list()?;
            let row = |driver: &u64| {
                let ops = numbers.list()?.len();
                let ops =
                    (0..ops).map(|_| numbers.list().map(<[u64]>::to_vec)).collect::<Option<Vec<Op>>>()?;
                Some((u16::try_from(*driver).ok()?, ops))
            };
            play.moments.push(drivers.iter().map(row).collect::<Option<Moment>>()?);
        }
        Some(play)
    }
}

const CALLED: u64 = 0;
const BACK: u64 = 1;
const REST: u64 = 2;

/// Numbers that are left to read.
struct Numbers<'n>(&'n [u64]);

impl<'n> Numbers<'n> {
    fn next(&mut self) -> Option<u64> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// One that has its length before it.
    fn list(&mut self) -> Option<&'n [u64]> {
        let length = usize::try_from(self.next()?).ok()?;
        let (list, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(list)
    }

    fn event(&mut self) -> Option<Event> {
        let code = self.next()?;
        if code == REST {
            return Some(Event::Rest);
        }
        let driver = u16::try_from(self.next()?).ok()?;
        match code {
            CALLED => Some(Event::Called(driver)),
            BACK => Some(Event::Back(driver, self.list()?.to_vec())),
            _ => None,
        }
    }
}

#[cfg(feature = "engine")]
impl Play {
    /// The scenario that plays it.
    #[must_use]
    pub fn scenario(&self, label: &str) -> crate::scenario::Scenario {
        use crate::scenario::{Call, Limits, Plan, Scenario};
        let request = Request { entry: ENTRY, input: self.payload() };
        let scenario = Scenario::new(label, vec![Call { lane: 0, request }], Plan::default());
        // It computes, and says nothing meanwhile: a tenth of this where nothing loops.
        let limits = Limits { cpu: CPU, ..scenario.limits };
        Scenario { limits, ..scenario }
    }
}

/// CPU time that a program may take for all schedules.
#[cfg(feature = "engine")]
const CPU: std::time::Duration = std::time::Duration::from_secs(4);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_told_is_read() {
        let play = Play {
            seed: 7,
            schedules: 100,
            setup: vec![1, u64::MAX],
            moments: vec![vec![(0, vec![vec![1], vec![]]), (3, vec![vec![4, 5]])], vec![], vec![(1, vec![])]],
        };
        assert_eq!(Play::read(&play.payload()), Some(play));
        let events = vec![Event::Called(1), Event::Back(1, vec![2, 2]), Event::Rest, Event::Back(0, vec![])];
        let explored = Explored {
            schedules: 9,
            histories: vec![(0, events), (4, vec![])],
            stopped: Some(Stopped::Panics),
        };
        assert_eq!(Explored::read(&explored.payload()), Some(explored));
        for why in Stopped::ALL {
            assert_eq!(Explored::read(&Explored::not(why).payload()), Some(Explored::not(why)));
        }
    }

    proptest! {
        #[test]
        fn any_numbers_are_read_or_refused(numbers in any::<Vec<u64>>(), small in prop::collection::vec(0_u64..4, 0..30)) {
            for numbers in [numbers, small] {
                let payload = Payload::of(numbers);
                if let Some(explored) = Explored::read(&payload) {
                    prop_assert_eq!(explored.payload(), payload.clone());
                }
                if let Some(play) = Play::read(&payload) {
                    prop_assert_eq!(Play::read(&play.payload()), Some(play));
                }
            }
        }
    }
}
