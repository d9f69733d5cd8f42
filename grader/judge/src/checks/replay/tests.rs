//! The replay on records that are made up, with a gate through which so many may go at a time as its model.

use super::*;
use crate::run::{End, Stuck, WorkRecord};
use crate::steps::{Gave, Told, told_back};
use crate::suite::Status;
use crate::wire::{Payload, Place, Work};

const ENTER: u64 = 1;
const LEAVE: u64 = 2;
/// To enter within a time limit, and what it gives when that is over.
const HURRY: u64 = 3;
const GAVE_UP: u64 = 7;

/// So many go through; in the order in which they came, or in any.
struct Gate {
    room: u64,
    in_order: bool,
}

impl Spec for Gate {
    type State = (u64, Vec<u16>);

    fn start(&self) -> Self::State {
        (self.room, Vec::new())
    }

    fn arrive(&self, (_, line): &mut Self::State, driver: u16, op: &[u64]) {
        if self.in_order && op[0] != LEAVE {
            line.push(driver);
        }
    }

    fn next(&self, (room, line): &Self::State, driver: u16, op: &[u64]) -> Option<(Self::State, Vec<u64>)> {
        if op[0] == LEAVE {
            return Some(((room + 1, line.clone()), vec![]));
        }
        let first = line.first().is_none_or(|first| *first == driver);
        let rest = line.iter().copied().filter(|other| *other != driver).collect();
        if *room > 0 && first {
            return Some(((room - 1, rest), vec![]));
        }
        (op[0] == HURRY).then(|| ((*room, rest), vec![GAVE_UP]))
    }

    fn runs_out(&self, op: &[u64], result: &[u64]) -> bool {
        op[0] == HURRY && *result == [GAVE_UP]
    }

    fn called(&self, op: &[u64]) -> String {
        match op[0] {
            ENTER => "enter",
            HURRY => "hurry",
            _ => "leave",
        }
        .to_owned()
    }

    fn gave(&self, _op: &[u64], result: &[u64]) -> String {
        result.iter().map(|number| format!("`{number}`")).collect::<Vec<_>>().concat()
    }
}

fn enter(driver: u16) -> (u16, Told) {
    (driver, Told::Row(vec![vec![ENTER]]))
}

fn leave(driver: u16, times: usize) -> (u16, Told) {
    (driver, Told::Row(vec![vec![LEAVE]; times]))
}

fn nudge(driver: u16) -> (u16, Told) {
    (9, Told::Nudge(Some((driver, 0))))
}

/// Nothing of note came back.
fn none(times: usize) -> Vec<Gave> {
    vec![Gave::Result(vec![]); times]
}

/// A step of a driver, and who is back after it with how many results.
type Taken<'a> = ((u16, Told), &'a [(u16, usize)]);

/// The record of these steps.
fn run(steps: &[Taken<'_>]) -> Run {
    let mut run = Run::of_nothing();
    let mut keys = std::collections::BTreeMap::<u16, u64>::new();
    let mut ask = |run: &mut Run, driver: u16, after: usize, input: Payload| {
        let key = keys.entry(driver).or_default();
        let work = Work { kind: Work::driver(driver), key: *key, input };
        *key += 1;
        run.works.push(WorkRecord {
            thread: usize::from(driver),
            on_caller: driver == 0,
            after,
            ..WorkRecord::begun(0, work, after as u64 * 10, 0)
        });
    };
    (0..10).for_each(|driver| ask(&mut run, driver, 0, Payload::default()));
    for (number, ((driver, told), back)) in steps.iter().enumerate() {
        let asked = |work: &&mut WorkRecord| work.work.kind == Work::driver(*driver) && work.end.is_none();
        let record = run.works.iter_mut().find(asked).expect("it is back");
        record.end = Some(number as u64 * 10);
        record.ended_as = Some(number);
        record.answer = Some(told.payload());
        for (driver, results) in *back {
            ask(&mut run, *driver, number + 1, told_back(&none(*results)));
        }
        if *driver == 9 {
            ask(&mut run, 9, number + 1, Payload::default());
        }
    }
    run
}

fn judged(in_order: bool, steps: &[Taken<'_>]) -> Result<(), String> {
    let found = Replay(Gate { room: 1, in_order }).replay(&run(steps));
    found.map_err(|finding| format!("{} | {}", finding.expected, finding.observed))
}

#[test]
fn whoever_can_go_on_must_and_nobody_else_may() {
    let waits = [(enter(0), &[(0, 1)][..]), (enter(1), &[]), (enter(2), &[])];
    let then = |more: (u16, Told), back: &'static [(u16, usize)]| {
        let mut steps = waits.to_vec();
        steps.push((more, back));
        steps
    };
    assert_eq!(judged(true, &waits), Ok(()));
    assert_eq!(judged(true, &then(leave(0, 1), &[(0, 1), (1, 1)])), Ok(()));
    // Which of the two is left open, or is not.
    let second = then(leave(0, 1), &[(0, 1), (2, 1)]);
    assert_eq!(judged(false, &second), Ok(()));
    assert_eq!(
        judged(true, &second).unwrap_err(),
        "once `main` has called `leave` (step 4), `driver-1` is back from `enter` and `driver-2` waits in `enter` | once `main` has \
         called `leave` (step 4), `driver-1` still waits in `enter` and `driver-2` is back from `enter`"
    );
    let nobody = judged(false, &then(leave(0, 1), &[(0, 1)])).unwrap_err();
    assert!(
        nobody.contains("| once `main` has called `leave` (step 4), `driver-1` still waits in `enter`"),
        "{nobody}"
    );
    let both = judged(false, &then(leave(0, 1), &[(0, 1), (1, 1), (2, 1)])).unwrap_err();
    assert!(both.contains("`driver-2` waits in `enter` |"), "{both}");
    // A row is done as a whole.
    assert_eq!(judged(true, &then(leave(0, 2), &[(0, 2), (1, 1), (2, 1)])), Ok(()));
    assert!(judged(true, &then(leave(0, 2), &[(0, 2), (1, 1)])).is_err());
    let woken = judged(true, &then(nudge(2), &[(2, 1)])).unwrap_err();
    assert!(woken.starts_with("once `driver-2` has woken up for nothing in `enter` (step 4)"), "{woken}");
}

#[test]
fn whoever_has_a_time_limit_that_runs_may_wait_and_the_others_may_not() {
    let hurry = |driver: u16| (driver, Told::Row(vec![vec![HURRY]]));
    // Driver 1 has a limit, and 2 comes while that runs; by the end of it `back` are back.
    let steps = |back: &'static [(u16, usize)]| {
        [(enter(0), &[(0, 1)][..]), (hurry(1), &[]), (enter(2), &[]), (leave(0, 1), back)]
    };
    let judged = |steps: &[Taken<'_>], within: &[usize]| {
        let mut run = run(steps);
        for work in &mut run.works {
            work.within_limit = work.ended_as.is_some_and(|step| within.contains(&step));
        }
        Replay(Gate { room: 1, in_order: true }).replay(&run).map_err(|finding| finding.expected)
    };
    let both = &[(0, 1), (1, 1)];
    assert!(judged(&steps(both), &[]).is_err(), "at a rest after the limit it has given up");
    assert!(judged(&steps(both), &[2]).is_err(), "the limit is over when the room is left");
    assert_eq!(judged(&steps(both), &[2, 3]), Ok(()), "it is first in the line");
    // Whoever is behind it waits on, and it has to go on itself, its limit notwithstanding.
    assert!(judged(&steps(&[(0, 1), (2, 1)]), &[2, 3]).is_err());
    let mut none = steps(&[(0, 1)]).to_vec();
    none.push((nudge(1), &[]));
    let late = judged(&none, &[2, 3, 4]).unwrap_err();
    assert!(late.contains("`driver-1` is back from `hurry`"), "{late}");
}

#[test]
fn many_that_are_alike_are_judged_in_no_time() {
    let all: Vec<(u16, usize)> = (1..9).map(|driver| (driver, 1)).collect();
    let mut steps = vec![(enter(0), &[(0, 1)][..])];
    steps.extend((1..9).map(|driver| (enter(driver), &[][..])));
    let back: Vec<(u16, usize)> = [(0, 8)].into_iter().chain(all).collect();
    steps.push((leave(0, 8), &back));
    assert_eq!(judged(false, &steps), Ok(()));
    let spec = Gate { room: 0, in_order: false };
    let mut world = World::start(&spec);
    for driver in 0..100 {
        world.begin(&spec, driver, vec![vec![ENTER]]);
    }
    world.begin(&spec, 100, vec![vec![LEAVE]; 100]);
    let seen = (0..=100).map(|driver| (driver, none(if driver == 100 { 100 } else { 1 }))).collect();
    let rest = model::Seen { back: &seen, within_limit: false };
    assert_eq!(world.rests(&spec, rest).len(), 1);
}

#[test]
fn a_run_that_does_not_end_is_told_by_its_step_and_a_forged_one_is_none() {
    let mut stuck = run(&[(enter(0), &[(0, 1)]), (enter(1), &[]), (leave(0, 1), &[(0, 1)])]);
    let place = Some(Place { file: "exercises/13-semaphore/src/lib.rs".to_owned(), line: 31 });
    let callee = Some("std::sync::poison::condvar::Condvar::wait".to_owned());
    stuck.end = End::Deadlock(vec![Stuck {
        process: None,
        thread: "driver-1".to_owned(),
        wait: String::new(),
        place,
        callee,
    }]);
    let told = Finding::new(Status::Deadlock, "", "", "", "");
    let told = Replay(Gate { room: 1, in_order: true }).word_end(told, &stuck);
    assert_eq!(told.status, Status::Deadlock);
    assert!(told.observed.ends_with("in `enter` (in `Condvar::wait` at src/lib.rs:31)"), "{}", told.observed);

    let gate = || Replay(Gate { room: 1, in_order: true });
    let mut twice = run(&[(enter(0), &[(0, 1)])]);
    let again = twice.works.last().expect("it is back").clone();
    twice.works.push(again);
    assert!(gate().replay(&twice).unwrap_err().observed.contains("did not send"));
    let mut garbled = run(&[(enter(0), &[(0, 1)])]);
    garbled.works.last_mut().expect("it is back").work.input = Payload::of([7, 1]);
    assert!(gate().replay(&garbled).unwrap_err().observed.contains("did not send"));
}
