//! Whole jobs on threads.

use std::sync::Arc;

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::{Scenario, Ticks};
use judge::suite::Finding;
use judge::words::{count, tick};

use super::super::shared::FETCH;
use super::jobs::{Jobs, Way};
use super::seen::Seen;

/// From its fetch to the end of its compute a job is under way: as many are so at any time as there are workers, or as jobs are left if these
/// are fewer, never more; each is computed as it is fetched, and the call ends with the last. So equal jobs take exactly the ticks that are
/// predicted. A pass says nothing of which thread does what.
pub(super) struct OnThreads(pub(super) Arc<(Way, Jobs)>);

impl Policy for OnThreads {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let seen = Seen::of(run, &self.0);
        let workers = self.0.0.workers().unwrap_or(1);
        for span @ (from, to) in seen.spans() {
            let under_way = seen.jobs().filter(|&job| is_under_way(&seen, job, span)).count();
            let left = seen.jobs().filter(|&job| seen.computed(job).is_none_or(|end| end > from)).count();
            let due = workers.min(left);
            if under_way == due {
                continue;
            }
            let most = seen.most(|job, span| is_under_way(&seen, job, span));
            return Err(seen.finding(
                format!(
                    "{} under way with {} and {} left",
                    are(due),
                    count(workers, "worker"),
                    count(left, "job")
                ),
                format!("{under_way} from {} to {}", tick(from), tick(to)),
                if under_way > due {
                    too_many(workers, most)
                } else {
                    too_few(&seen, most, workers.min(seen.jobs().count()))
                },
            ));
        }
        let waits = |&job: &u64| seen.computing(job) > seen.fetched(job);
        if let Some(job) = seen.jobs().find(waits) {
            return Err(seen.finding(
                "a job is computed as soon as it is fetched",
                format!(
                    "job {job} was fetched at {}, and began to be computed at {}",
                    tick(seen.fetched(job).unwrap_or_default()),
                    tick(seen.computing(job).unwrap_or_default())
                ),
                (
                    "fetching and computing are two steps for all jobs together: the second waits until all are through the first",
                    "let one thread take a job through both: `job.compute(job.fetch())`",
                ),
            ));
        }
        seen.ends_in_time()
    }
}

fn is_under_way(seen: &Seen, job: u64, (from, to): (Ticks, Ticks)) -> bool {
    seen.work(FETCH, job).is_some_and(|work| work.start <= from)
        && seen.computed(job).is_none_or(|end| end >= to)
}

fn are(jobs: usize) -> String {
    if jobs == 1 { "1 job is".to_owned() } else { format!("{} are", count(jobs, "job")) }
}

fn too_many(workers: usize, most: usize) -> (&'static str, &'static str) {
    if most == workers + 1 {
        (
            "one more than `workers`: a range that includes its end, or the calling thread works as well",
            "count everybody who takes jobs, the calling thread too",
        )
    } else {
        (
            "nothing keeps the jobs to `workers`: a thread for each job, a pool of another size (`rayon`'s global one, or one by \
             `available_parallelism`), or threads that fetch beside threads that compute",
            "start exactly `workers` threads, and let each take one job after the other through both steps",
        )
    }
}

fn too_few(seen: &Seen, most: usize, possible: usize) -> (&'static str, &'static str) {
    if most <= 1 {
        (
            "jobs run one after the other: a `join` in the loop that starts the threads, or a lock that is held while a job is fetched or \
             computed (the guard of a `lock()` in the head of a `while let` lives through the body)",
            "start all threads before you join any, and hold no lock while you work",
        )
    } else if most < possible {
        (
            "fewer threads than `workers` take jobs: a pool of another size (`rayon`'s global one, or one by `available_parallelism`), or a \
             share that is rounded",
            "start exactly `workers` threads",
        )
    } else if seen.jobs().any(|job| seen.work(FETCH, job).is_some_and(|work| work.start > seen.start())) {
        (
            "the jobs are dealt out beforehand (in chunks or strides), or go in batches, so that some threads are idle while another still has \
             several to go",
            "deal nothing out: let each thread take one job whenever it is free (a shared index, a queue; with `rayon`, `with_max_len(1)`)",
        )
    } else {
        ("something is waited for before the first job", "begin with the jobs, and wait for nothing else")
    }
}
