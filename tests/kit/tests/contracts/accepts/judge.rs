//! What an author of exercises may do with the judge: adapters are plain functions of plain data, policies are shared data.

use std::thread;

use judge::checks::{Policy, Returns};
use judge::run::Run;
use judge::scenario::{Plan, Scenario};
use judge::subject::{Adapter, Judge};
use judge::suite::{Case, Finding};
use judge::wire::{Payload, Request, Work};

/// An adapter that calls a function with borrowed, typed data and hands the work to threads.
fn adapter(judge: &Judge, request: &Request) -> Payload {
    let work = |&key: &u64| judge.work(Work { kind: 0, key, input: Payload::default() }).numbers[0];
    let first = request.input.numbers.first();
    thread::scope(|scope| Payload::of(first.map(|key| scope.spawn(move || work(key)).join().unwrap_or(0))))
}

/// A policy of an exercise's own, with words of its own.
struct Quiet(String);

impl Policy for Quiet {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let printed = || Finding::fail(&*self.0, &*run.output, "it prints", "do not print");
        if run.output.is_empty() { Ok(()) } else { Err(printed()) }
    }
}

#[test]
fn an_adapter_is_a_plain_function_that_may_share_the_judge_between_threads() {
    let _: Adapter = adapter;
}

#[test]
fn policies_of_an_exercise_stand_beside_those_of_the_judge_and_are_shared_between_threads() {
    let nothing = Scenario::new("no calls", Vec::new(), Plan::default());
    let case = Case::of(nothing).and(Returns).and(Quiet("nothing".to_owned()));
    let there = thread::scope(|scope| scope.spawn(|| case.policies.len()).join());
    assert_eq!(case.policies.len(), there.expect("it only counts"));
}
