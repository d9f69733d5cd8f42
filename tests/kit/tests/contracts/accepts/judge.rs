//! What an author of exercises may do with the judge: adapters are plain functions of plain data, policies are shared data.

use std::sync::Arc;
use std::thread;

use judge::checks::{Policy, Returns};
use judge::run::Run;
use judge::scenario::Scenario;
use judge::subject::{Adapter, Judge};
use judge::suite::Finding;
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
    let policies: Vec<Arc<dyn Policy>> = vec![Arc::new(Returns), Arc::new(Quiet("nothing".to_owned()))];
    let (ours, theirs) = (policies.clone(), policies);
    let there = thread::spawn(move || theirs.len());
    assert_eq!(ours.len(), there.join().expect("it only counts"));
}
