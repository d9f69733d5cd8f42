//! Turns the judge's requests into calls of `run_jobs`.
//!
//! Input: the number of workers, the key of the first job, the number of jobs. Output: how often `on_result` was
//! called. Each call of it is work of its own, with the key of the job that it names and the result that it brings. The entry says
//! what a panic of them has for a payload. The types promise what the contract promises and no more, so that an answer that asks for
//! more does not compile.

use std::cell::Cell;
use std::marker::PhantomData;
use std::rc::Rc;

use exercise_02::run_jobs;
use judge::subject::{Judge, Raises};
use judge::wire::{Payload, Request, Work};

/// The supplied functions `work` and `on_result`.
const WORK: u16 = 0;
const ON_RESULT: u16 = 1;

/// Their panics have a `&str`, or no text; without these a `String`.
const RAISES_STR: u16 = 1;
const RAISES_NUMBER: u16 = 2;

/// A job: sent to a thread, never shared.
struct Job {
    key: u64,
    send_only: PhantomData<Cell<()>>,
}

/// A result, likewise.
struct Answer {
    number: u64,
    send_only: PhantomData<Cell<()>>,
}

/// Calls the student's function.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let [workers, first, count] = request.input.numbers[..] else { panic!("the judge sends three numbers") };
    let workers = usize::try_from(workers).expect("the judge sends a small number of workers");
    let jobs: Vec<Job> = (first..first + count).map(|key| Job { key, send_only: PhantomData }).collect();
    let raises = match request.entry {
        RAISES_STR => Raises::Str,
        RAISES_NUMBER => Raises::Number,
        _ => Raises::String,
    };
    let work = |job: Job| {
        let work = Work { kind: WORK, key: job.key, input: Payload::default() };
        let answer = raises.in_place_of_a_string(|| judge.work(work));
        Answer { number: answer.numbers[0], send_only: PhantomData }
    };
    // It stays on its thread, and it changes what it owns.
    let on_this_thread = Rc::new(());
    let mut delivered = 0;
    let on_result = |index: usize, result: Answer| {
        let _ = &on_this_thread;
        delivered += 1;
        let key = first.wrapping_add(index as u64);
        let work = Work { kind: ON_RESULT, key, input: Payload::of([result.number]) };
        let _ = raises.in_place_of_a_string(|| judge.work(work));
    };
    let (): () = run_jobs(jobs, workers, work, on_result);
    Payload::of([delivered])
}
