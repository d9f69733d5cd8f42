//! Exercise NN, SLUG: further cases under the same checks.

use super::visible;

use judge::scenario::durations;
use judge::suite::{Case, Suite};
use judge::wire::Payload;

use crate::{Exercise, Growth, Workload};
use visible::{as_ended, delivers, jobs, keeps_busy, panics, refuses, within_limit};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise = Exercise {
    suite,
    visible: visible::suite,
    scaling: Some(Growth { check: "keeps_every_worker_busy", of: "workers", case: scaling }),
    workload: Some(workload),
};

/// Labels tell cases apart: each needs one of its own.
fn suite(seed: u64) -> Suite {
    let shuffled = durations::shuffled(40, seed.wrapping_add(2));
    let mut suite = visible::suite();
    suite.extend("delivers_each_result_once", [delivers(jobs("101 jobs, 16 workers", 16, &[10; 101]))]);
    suite.extend(
        "keeps_every_worker_busy",
        [
            keeps_busy(jobs("7 jobs, 16 workers, equal", 16, &[10; 7]), 16),
            keeps_busy(jobs("40 jobs, 5 workers, shuffled", 5, &shuffled), 5),
        ],
    );
    suite.extend("delivers_as_jobs_finish", [as_ended(jobs("40 jobs, 5 workers, shuffled", 5, &shuffled))]);
    suite.extend(
        "keeps_its_manners",
        [
            refuses(jobs("no jobs, 0 workers", 0, &[])),
            within_limit(jobs("20 jobs, 1 worker", 1, &[10; 20]), 1),
            panics(jobs("12 jobs, 1 worker, job 0 panics", 1, &[10; 12]), 0),
        ],
    );
    suite
}

/// 64 jobs, more and more workers.
fn scaling(workers: usize) -> Case {
    keeps_busy(jobs(&format!("64 equal jobs, {workers} at a time"), workers, &[10; 64]), workers)
}

/// The number of workers, the key of the first job, the number of jobs.
fn workload(cores: usize) -> Workload {
    crate::pooled(cores, |workers, calls| Payload::of([workers, 0, calls]))
}
