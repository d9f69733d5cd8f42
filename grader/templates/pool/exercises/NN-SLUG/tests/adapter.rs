//! Turns the judge's requests into calls of `apply_all`.
//!
//! Input: the number of workers, then one key for each item. Output: one number for each result. The types promise what the
//! contract promises and no more, so that an answer that asks for more does not compile.

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::MutexGuard;

use exercise_NN::apply_all;
use judge::subject::Judge;
use judge::wire::{Payload, Request, Work};

use super::shared::WORK;

/// An item: shared between threads, never sent to one.
struct Item {
    key: u64,
    sync_only: PhantomData<MutexGuard<'static, ()>>,
}

/// A result: sent between threads, never shared.
struct Answer {
    number: u64,
    send_only: PhantomData<Cell<()>>,
}

/// Calls the student's function.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let (&workers, keys) =
        request.input.numbers.split_first().expect("the judge sends the number of workers");
    let workers = usize::try_from(workers).expect("the judge sends a small number of workers");
    let items: Vec<Item> = keys.iter().map(|&key| Item { key, sync_only: PhantomData }).collect();
    let work = |item: &Item| {
        let answer = judge.work(Work { kind: WORK, key: item.key, input: Payload::default() });
        Answer { number: answer.numbers[0], send_only: PhantomData }
    };
    let results: Vec<Answer> = apply_all(&items, workers, work);
    Payload::of(results.into_iter().map(|answer| answer.number))
}
