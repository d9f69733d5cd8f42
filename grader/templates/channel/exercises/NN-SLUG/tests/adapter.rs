//! Turns the judge's requests into calls of `run_all`.
//!
//! Input: the number of workers, the key of the first job, the number of jobs. Output: how often `on_result` was called. Each call
//! of it is work of its own, with the key of the job that it names and the result that it brings. The types promise what the
//! contract promises and no more, so that an answer that asks for more does not compile.

use std::cell::Cell;
use std::marker::PhantomData;

use exercise_NN::run_all;
use judge::subject::Judge;
use judge::wire::{Payload, Request, Work};

use super::shared::{ON_RESULT, WORK};

/// A job or a result: sent between threads, never shared.
struct Sent {
    number: u64,
    send_only: PhantomData<Cell<()>>,
}

/// Calls the student's function.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let [workers, first, count] = request.input.numbers[..] else { panic!("the judge sends three numbers") };
    let workers = usize::try_from(workers).expect("the judge sends a small number of workers");
    let sent = |number| Sent { number, send_only: PhantomData };
    let work = |job: Sent| {
        let answer = judge.work(Work { kind: WORK, key: job.number, input: Payload::default() });
        sent(answer.numbers[0])
    };
    let mut delivered = 0;
    let on_result = |index: usize, result: Sent| {
        delivered += 1;
        let key = first.wrapping_add(index as u64);
        let _ = judge.work(Work { kind: ON_RESULT, key, input: Payload::of([result.number]) });
    };
    let (): () = run_all((first..first + count).map(sent).collect(), workers, work, on_result);
    Payload::of([delivered])
}
