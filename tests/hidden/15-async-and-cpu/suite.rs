//! Exercise 15, async and CPU: more requests, more workers, times by chance.

use super::shared::MEASURED;
use super::visible;

use crate::{Exercise, Growth, Workload};
use judge::scenario::{Ticks, durations};
use judge::suite::{Case, Suite};
use judge::wire::{Payload, Request};
use visible::{Client, Day};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise = Exercise {
    suite,
    visible: visible::suite,
    scaling: Some(Growth { check: "keeps_every_worker_busy", of: "workers", case: scaling }),
    workload: Some(workload),
};

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    suite.extend("answers_every_request", [by_chance(seed, 200, 16).answers()]);
    suite.extend("never_blocks_the_event_loop", [by_chance(seed, 40, 7).beats(12).blocks_nothing()]);
    suite.extend(
        "loads_at_the_same_time",
        [visible::all_workers_busy(60).loads(), by_chance(seed, 40, 2).loads()],
    );
    suite.extend(
        "keeps_every_worker_busy",
        [by_chance(seed, 40, 7).beats(12).keeps_busy(), by_chance(seed, 200, 16).keeps_busy()],
    );
    suite.extend(
        "never_exceeds_workers",
        [
            visible::loaded_at_the_same_time(60, 16).keeps_to_its_workers(),
            by_chance(seed, 200, 16).keeps_to_its_workers(),
            Day::new("130 equal requests, 64 workers", 64).at_once(10, &[200; 130]).keeps_to_its_workers(),
        ],
    );
    suite.extend("answers_as_they_finish", [by_chance(seed, 40, 7).beats(12).replies()]);
    suite.extend(
        "starts_in_the_order_of_loading",
        [
            visible::loaded_in_reverse(40, 5).keeps_order(),
            shuffled_loads(seed, 40, 3).keeps_order(),
            by_chance(seed, 40, 2).keeps_order(),
        ],
    );
    suite.extend("forgets_who_has_gone", [visible::leaves_in_the_line(60, 7).forgets()]);
    suite.extend("survives_a_panic", [many_panics(5).survives(), many_panics(1).survives()]);
    suite.extend("stops_when_dropped", [1, 90].map(|at| visible::dropped_at(at).stops()));
    suite.extend(
        "refuses_zero_workers",
        [Day::new("0 workers, 3 requests", 0).at_once(0, &[10; 3]).refuses()],
    );
    suite
}

/// 64 equal requests, more and more workers.
fn scaling(workers: usize) -> Case {
    Day::new(&format!("64 equal requests, {workers} workers"), workers).at_once(0, &[100; 64]).keeps_busy()
}

/// Requests that come one after the other, with loads and predictions of all lengths.
fn by_chance(seed: u64, requests: usize, workers: usize) -> Day {
    let loads = durations::shuffled(requests, seed.wrapping_add(1));
    let predictions = durations::shuffled(requests, seed.wrapping_add(2));
    let clients = (0..).zip(loads).zip(predictions);
    let client = |((i, load), predict): ((Ticks, Ticks), Ticks)| Client::new(i * 2, load, 40 + predict);
    Day::new(&format!("{requests} requests, {workers} workers, times by chance"), workers)
        .clients(clients.map(client))
}

/// Each load ends at a tick of its own, in an order by chance, while all workers are busy.
fn shuffled_loads(seed: u64, requests: usize, workers: usize) -> Day {
    let loads = durations::shuffled(requests, seed.wrapping_add(3));
    Day::new(&format!("{requests} requests, {workers} workers, loaded in an order by chance"), workers)
        .clients(loads.into_iter().map(|load| Client::new(0, load, 70)))
}

/// Every other prediction panics.
fn many_panics(workers: usize) -> Day {
    let client = |i: Ticks| {
        let client = Client::new(0, 10 + i, 40);
        if i.is_multiple_of(2) { client.panics() } else { client }
    };
    Day::new(&format!("20 requests, {workers} workers, every other one panics"), workers)
        .clients((0..20).map(client))
}

/// The number of workers, then a request for each call.
fn workload(cores: usize) -> Workload {
    let pooled =
        crate::pooled(cores.min(256), |workers, calls| Payload::of(std::iter::once(workers).chain(0..calls)));
    Workload { request: Request { entry: MEASURED, ..pooled.request }, ..pooled }
}
