//! Turns the judge's requests into calls of `parallel_map`.
//!
//! Input: the number of workers, then one key for each item. Output: one number for each result. The entry says what a panic of
//! `f` has for a payload. The types promise what the
//! contract promises and no more, so that an answer that asks for more does not compile.

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::MutexGuard;

use exercise_03::parallel_map;
use judge::subject::{Judge, Raises};
use judge::wire::{Payload, Request, Work};

/// The supplied function `f`.
const F: u16 = 0;

/// Its panics have a `&str`, or no text; without these a `String`.
const RAISES_STR: u16 = 1;
const RAISES_NUMBER: u16 = 2;

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
    let raises = match request.entry {
        RAISES_STR => Raises::Str,
        RAISES_NUMBER => Raises::Number,
        _ => Raises::String,
    };
    let f = |item: &Item| {
        let work = Work { kind: F, key: item.key, input: Payload::default() };
        let answer = raises.in_place_of_a_string(|| judge.work(work));
        Answer { number: answer.numbers[0], send_only: PhantomData }
    };
    let results: Vec<Answer> = parallel_map(&items, workers, f);
    Payload::of(results.into_iter().map(|answer| answer.number))
}
