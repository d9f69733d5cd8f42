//! Turns the judge's requests into calls of `fetch_all`.
//!
//! Input: the limit, then one key for each input. Output: one number for each result. The types promise what the contract
//! promises and no more, so that an answer that asks for more does not compile: neither inputs nor results are `Send`.

use std::rc::Rc;

use exercise_NN::fetch_all;
use judge::subject::Judge;
use judge::subject::event_loop::EventLoop;
use judge::wire::{Payload, Request, Work};

use super::shared::FETCH;

/// Calls the student's function.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let (&limit, keys) = request.input.numbers.split_first().expect("the judge sends the limit");
    let limit = usize::try_from(limit).expect("limits are small");
    let inputs: Vec<Rc<u64>> = keys.iter().map(|&key| Rc::new(key)).collect();
    EventLoop::run(judge, None, |event_loop| async move {
        let fetch = |input: Rc<u64>| {
            let event_loop = event_loop.clone();
            async move {
                let work = Work { kind: FETCH, key: *input, input: Payload::default() };
                Rc::new(event_loop.work(work).await.numbers[0])
            }
        };
        let results: Vec<Rc<u64>> = fetch_all(inputs, limit, fetch).await;
        Payload::of(results.into_iter().map(|answer| *answer))
    })
}
