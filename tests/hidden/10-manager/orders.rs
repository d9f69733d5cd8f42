//! What some order of calls explains, and what none does.

use std::collections::{BTreeMap, BTreeSet};

use super::super::shared::{Gave, Key, Op};
use super::super::visible::history::{Back, Called, Combined};
use super::super::visible::orders::{Contradiction, explain};

const KEY: Key = Key::Plain(1);

/// A call that began with this end and had returned before that one.
fn called(op: Op, begun: usize, back: Option<(usize, Gave)>) -> Called {
    let back = back.map(|(place, gave)| Back { place, at: 0, gave: Some(gave) });
    Called { client: 0, op, begun, at: 0, back, combined: Vec::new(), is_half: false }
}

fn update(begun: usize, value: u64, gives: (usize, u64), back: Option<(usize, Gave)>) -> Called {
    let combined = vec![Combined { place: begun + 1, value, gave: Some(gives) }];
    Called { combined, ..called(Op::Update(KEY, 0), begun, back) }
}

fn any(_: &BTreeMap<Key, u64>) -> bool {
    true
}

const NONE: Gave = Gave::Option(None);
const fn some(value: u64) -> Gave {
    Gave::Option(Some(value))
}

#[test]
fn a_call_that_begins_after_a_return_sees_what_was_done() {
    let history =
        |gave| [called(Op::Insert(KEY, 7), 0, Some((1, NONE))), called(Op::Get(KEY), 1, Some((2, gave)))];
    assert_eq!(explain(&history(some(7)), any), Ok(()));
    let instead_of = BTreeSet::from([some(7)]);
    assert_eq!(explain(&history(NONE), any), Err(Contradiction::Call { call: 1, instead_of }));
}

#[test]
fn calls_that_overlap_may_be_done_in_any_order_and_no_further() {
    // The insert is in progress from end 0 to end 4; one get follows the other meanwhile.
    let history = |first, second| {
        [
            called(Op::Insert(KEY, 7), 0, Some((4, NONE))),
            called(Op::Get(KEY), 1, Some((2, first))),
            called(Op::Get(KEY), 2, Some((3, second))),
        ]
    };
    for (first, second) in [(NONE, NONE), (NONE, some(7)), (some(7), some(7))] {
        assert_eq!(explain(&history(first, second), any), Ok(()));
    }
    let instead_of = BTreeSet::from([some(7)]);
    assert_eq!(explain(&history(some(7), NONE), any), Err(Contradiction::Call { call: 2, instead_of }));
}

#[test]
fn an_update_has_its_effect_when_combine_has_returned_and_on_that_value_alone() {
    let insert = called(Op::Insert(KEY, 7), 0, Some((1, NONE)));
    let of = |value| [insert.clone(), update(1, value, (2, 9), Some((3, Gave::Value(9))))];
    assert_eq!(explain(&of(7), any), Ok(()));
    assert_eq!(explain(&of(8), any), Err(Contradiction::Call { call: 1, instead_of: BTreeSet::new() }));
    // While `combine` runs, nobody reads what it will return.
    let read = |place: usize, gave| {
        [
            insert.clone(),
            update(1, 7, (4, 9), Some((5, Gave::Value(9)))),
            called(Op::Get(KEY), 2, Some((place, gave))),
        ]
    };
    assert_eq!(explain(&read(3, some(7)), any), Ok(()));
    assert!(explain(&read(3, some(9)), any).is_err());
    assert_eq!(explain(&read(5, some(9)), any), Ok(()));
}

#[test]
fn two_updates_of_one_value_are_no_steps() {
    let history = [
        called(Op::Insert(KEY, 7), 0, Some((1, NONE))),
        update(1, 7, (3, 8), Some((5, Gave::Value(8)))),
        update(2, 7, (4, 9), Some((5, Gave::Value(9)))),
    ];
    assert!(explain(&history, any).is_err());
}

#[test]
fn what_never_returned_may_have_been_done_or_not() {
    let lost = called(Op::Insert(KEY, 7), 0, None);
    for gave in [NONE, some(7)] {
        assert_eq!(explain(&[lost.clone(), called(Op::Get(KEY), 1, Some((2, gave)))], any), Ok(()));
    }
    let half = [lost.clone(), called(Op::Get(KEY), 1, Some((2, some(0))))];
    assert!(explain(&half, any).is_err());
    // And not undone.
    let back = [lost, called(Op::Get(KEY), 1, Some((2, some(7)))), called(Op::Get(KEY), 2, Some((3, NONE)))];
    assert!(explain(&back, any).is_err());
}

#[test]
fn an_update_that_never_returned_counts_once_combine_has() {
    let insert = called(Op::Insert(KEY, 7), 0, Some((1, NONE)));
    let of = |second: Called| [insert.clone(), update(1, 7, (3, 8), None), second];
    assert_eq!(explain(&of(update(3, 8, (5, 9), Some((6, Gave::Value(9))))), any), Ok(()));
    let from_the_old = of(update(3, 7, (5, 9), Some((6, Gave::Value(9)))));
    assert_eq!(explain(&from_the_old, any), Err(Contradiction::Undone { call: 1 }));
    // While `combine` runs, its client may have ended for nothing.
    let mut never = of(called(Op::Get(KEY), 3, Some((4, some(7)))));
    never[1].combined[0].gave = None;
    assert_eq!(explain(&never, any), Ok(()));
}

#[test]
fn the_dict_at_the_end_is_what_the_calls_have_made() {
    let history = [called(Op::Insert(KEY, 7), 0, Some((1, NONE))), called(Op::Remove(KEY), 1, None)];
    let is = |value: Option<u64>| move |dict: &BTreeMap<Key, u64>| dict.get(&KEY).copied() == value;
    assert_eq!(explain(&history, is(Some(7))), Ok(()));
    assert_eq!(explain(&history, is(None)), Ok(()));
    let dicts = BTreeSet::from([BTreeMap::new(), BTreeMap::from([(KEY, 7)])]);
    assert_eq!(explain(&history, is(Some(8))), Err(Contradiction::End { dicts }));
}

#[test]
fn too_many_states_prove_nothing() {
    let mut history: Vec<Called> =
        (0..20).map(|call| called(Op::Insert(Key::Plain(call), 1), 0, Some((2, NONE)))).collect();
    history.push(called(Op::Get(KEY), 1, Some((2, some(3)))));
    assert_eq!(explain(&history, any), Ok(()));
}
