//! Exercise 11, thread pool: more workers, more jobs, and times by chance.

use super::shared::MEASURED;
use super::visible;

use crate::{Exercise, Workload};
use judge::scenario::durations;
use judge::suite::Suite;
use judge::wire::{Payload, Request};
use visible::{Scene, many};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise =
    Exercise { suite, visible: visible::suite, scaling: None, workload: Some(workload) };

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    let by_chance = |workers: usize, jobs: usize| {
        Scene::new(&format!("{jobs} jobs, {workers} workers, times by chance"), workers)
            .submit_all(0, &durations::shuffled(jobs, seed))
    };
    let all = |scene: Scene, jobs: u64| scene.wait_each(0, (0..jobs).rev()).drop_it_busy(0).gives_results();
    suite.extend(
        "gives_each_handle_its_result",
        [visible::last_to_first(4), many(all(by_chance(64, 150), 150))],
    );
    suite.extend(
        "keeps_every_worker_busy",
        [
            visible::uneven(7, 40),
            many(visible::uneven(64, 150)),
            by_chance(5, 60).drop_it_busy(0).keeps_busy(),
        ],
    );
    suite.extend(
        "begins_in_the_order_of_submission",
        [visible::in_turn(7), visible::submit_in_jobs(3).keeps_order()],
    );
    suite.extend("submit_never_waits", [visible::submit_in_jobs(3).leaves_callers_alone()]);
    suite.extend("starts_its_threads_once", [visible::threads(40)]);
    suite.extend("drop_ends_it_all", [many(visible::ends_with_a_queue(9, 100))]);
    suite.extend("survives_panics", [visible::as_many_panics(8)]);
    suite.extend("waits_asleep", [visible::asleep(9)]);
    suite
}

/// The number of workers, then a key for each job.
fn workload(cores: usize) -> Workload {
    let pooled = crate::pooled(cores, |workers, calls| Payload::of(std::iter::once(workers).chain(0..calls)));
    Workload { request: Request { entry: MEASURED, ..pooled.request }, ..pooled }
}
