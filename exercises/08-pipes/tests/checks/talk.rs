//! A conversation, as a case plans it and as the record of a run has it.

use judge::run::{Run, WorkRecord};
use judge::scenario::{Scenario, Then, Ticks};

use super::super::shared::{Bytes, HANDLE, ON_REPLY, Orders, REPLY, REST, digest};

/// Which way bytes travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Messages, to the child.
    ToTheChild,
    /// Replies, from it.
    FromTheChild,
}

impl Way {
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::ToTheChild => "message",
            Self::FromTheChild => "reply",
        }
    }

    /// With the right plural.
    pub(super) fn count(self, number: usize) -> String {
        match (self, number) {
            (_, 1) => format!("1 {}", self.noun()),
            (Self::ToTheChild, _) => format!("{number} messages"),
            (Self::FromTheChild, _) => format!("{number} replies"),
        }
    }
}

/// Length and digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seen {
    pub(super) length: u64,
    pub(super) digest: u64,
}

impl Seen {
    fn of(bytes: Bytes) -> Self {
        Self { length: bytes.length, digest: digest(&bytes.make()) }
    }
}

/// What a case plans of a message.
pub(super) struct Turn {
    pub(super) message: Bytes,
    pub(super) orders: Orders,
    /// How long it is handled before the replies.
    pub(super) handling: Ticks,
    /// Whether the child ends instead of replying.
    pub(super) is_the_end: bool,
}

/// All messages, in order.
pub(super) fn planned(scenario: &Scenario) -> Vec<Turn> {
    let messages = scenario.calls[0].request.input.numbers.chunks_exact(3).map(Bytes::from_numbers);
    let turn = |(key, message)| {
        let planned = scenario.plan.get(HANDLE, key);
        let orders = match planned.map(|planned| &planned.then) {
            Some(Then::Return(payload)) => Orders::from_numbers(&payload.numbers),
            _ => Orders::default(),
        };
        let is_the_end = planned.is_some_and(|planned| matches!(planned.then, Then::Die(_) | Then::Panic(_)));
        Turn { message, orders, handling: planned.map_or(0, |planned| planned.ticks), is_the_end }
    };
    (0..).zip(messages).map(turn).collect()
}

/// What should arrive: messages up to the one that ends the child; and replies, of which the last one may be cut.
pub(super) fn expected(scenario: &Scenario, way: Way) -> Vec<Seen> {
    let turns = planned(scenario);
    let last = turns.iter().position(|turn| turn.is_the_end || turn.orders.cut);
    let turns = &turns[..last.map_or(turns.len(), |last| last + 1)];
    let bytes: Vec<Bytes> = match way {
        Way::ToTheChild => turns.iter().map(|turn| turn.message).collect(),
        Way::FromTheChild => turns.iter().flat_map(|turn| turn.orders.replies.clone()).collect(),
    };
    bytes.into_iter().map(Seen::of).collect()
}

/// Whether the last reply is cut.
pub(super) fn is_cut(scenario: &Scenario) -> bool {
    planned(scenario).iter().any(|turn| turn.orders.cut)
}

/// What did arrive, in order of arrival.
pub(super) fn arrived(run: &Run, way: Way) -> Vec<Seen> {
    let kind = if way == Way::ToTheChild { HANDLE } else { ON_REPLY };
    let seen = |work: &WorkRecord| match work.work.input.numbers[..] {
        [length, digest] => Seen { length, digest },
        _ => Seen { length: 0, digest: 0 },
    };
    of_kind(run, kind).into_iter().map(seen).collect()
}

/// The calls of a kind, by the numbers that they gave themselves, and so in order.
pub(super) fn of_kind(run: &Run, kind: u16) -> Vec<&WorkRecord> {
    let mut works: Vec<&WorkRecord> = run.works.iter().filter(|work| work.work.kind == kind).collect();
    works.sort_by_key(|work| (work.process, work.work.key));
    works
}

/// When each reply was given: at the end of what `handle` does before it.
pub(super) fn given(scenario: &Scenario, run: &Run) -> Vec<Ticks> {
    let end = |kind, key| {
        let mut works = run.works.iter().filter(|work| work.work.kind == kind && work.work.key == key);
        works.find_map(|work| work.end)
    };
    let mut given = Vec::new();
    for (key, turn) in (0..).zip(planned(scenario)) {
        let at = |nth: usize| {
            if turn.orders.paced { end(REPLY, turn.orders.first + nth as u64) } else { end(HANDLE, key) }
        };
        given.extend((0..turn.orders.replies.len()).map_while(at));
    }
    given
}

/// When the child was done with each message: at the end of the last thing that `handle` asked.
pub(super) fn done(scenario: &Scenario, run: &Run) -> Vec<Option<Ticks>> {
    let end = |kind: u16, keys: std::ops::Range<u64>| {
        let works = run.works.iter().filter(|work| work.work.kind == kind && keys.contains(&work.work.key));
        works.filter_map(|work| work.end).max()
    };
    let of_turn = |(key, turn): (u64, Turn)| {
        let replies = turn.orders.first..turn.orders.first + turn.orders.replies.len() as u64;
        end(HANDLE, key..key + 1).max(end(REPLY, replies)).max(end(REST, key..key + 1))
    };
    (0..).zip(planned(scenario)).map(of_turn).collect()
}
