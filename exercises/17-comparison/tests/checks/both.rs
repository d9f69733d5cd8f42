//! Fetching on an event loop, computing beside it.

use std::sync::Arc;

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words::{count, tick};

use super::super::shared::COMPUTE;
use super::jobs::{Jobs, Way};
use super::on_the_loop::{covers, fetches_by_await, never_blocked, waits};
use super::seen::{Seen, jobs};

/// All jobs are fetched by `fetch_async`, at the same time, from the beginning; as many are computed at any time as there are workers, or as
/// are fetched if these are fewer, never more and none on the event loop, which is never blocked; and the call ends with the last. So equal
/// jobs take exactly the ticks that are predicted. A pass says nothing of the order in which they are computed.
pub(super) struct ComputesBeside(pub(super) Arc<(Way, Jobs)>);

impl Policy for ComputesBeside {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let seen = Seen::of(run, &self.0);
        let workers = self.0.0.workers().unwrap_or(1);
        fetches_by_await(&seen)?;
        let all = count(seen.of_kind(COMPUTE).count(), "call");
        let here = seen.of_kind(COMPUTE).filter(|work| work.on_caller).count();
        if here > 0 {
            return Err(seen.finding(
                "nothing computes on the thread of the event loop",
                format!("{here} of {all} of `compute` ran there"),
                (
                    "`compute` is called in async code: until it returns, no other task can go on",
                    "call it on another thread (`tokio::task::spawn_blocking`, a pool of your own, `rayon`), and `.await` what comes back",
                ),
            ));
        }
        never_blocked(&seen, scenario)?;
        seen.fetches_at_once()?;
        let together = |span| seen.of_kind(COMPUTE).filter(|work| covers(work.start, work.end, span)).count();
        let most = || seen.spans().into_iter().map(together).max().unwrap_or(0);
        for span @ (from, to) in seen.spans() {
            let busy = together(span);
            let waiting: Vec<u64> = seen.jobs().filter(|&job| waits(&seen, job, span)).collect();
            if busy > workers {
                return Err(seen.finding(
                    format!("at most {} computed at a time", are(workers)),
                    format!("{busy} were, from {} to {}", tick(from), tick(to)),
                    too_many(workers, most()),
                ));
            }
            if busy < workers && !waiting.is_empty() {
                let due = workers.min(busy + waiting.len());
                return Err(seen.finding(
                    format!(
                        "{} computed at the same time, with {} and {} that {} fetched",
                        are(due),
                        count(workers, "worker"),
                        count(busy + waiting.len(), "job"),
                        if busy + waiting.len() == 1 { "is" } else { "are" }
                    ),
                    format!("{busy} from {} to {}, while {} waited", tick(from), tick(to), jobs(&waiting)),
                    too_few(most(), workers.min(seen.jobs().count())),
                ));
            }
        }
        seen.ends_in_time()
    }
}

fn are(jobs: usize) -> String {
    if jobs == 1 { "1 job is".to_owned() } else { format!("{} are", count(jobs, "job")) }
}

fn too_many(workers: usize, most: usize) -> (&'static str, &'static str) {
    if most == workers + 1 {
        (
            "one more than `workers`: a range that includes its end, or somebody computes who was to hand out work",
            "count everybody who calls `compute`",
        )
    } else {
        (
            "nothing keeps computing to `workers`: `spawn_blocking` by itself goes on to 512 threads, a permit is given back before `compute` \
             has ended, or a pool has a size of its own (as `rayon`'s global one)",
            "take one of `workers` permits of one semaphore before each `compute`, and move it into the closure that computes; or give all of them \
             to one pool with `workers` threads",
        )
    }
}

fn too_few(most: usize, possible: usize) -> (&'static str, &'static str) {
    if most <= 1 && possible > 1 {
        (
            "jobs are computed one after the other: each computation is awaited before the next is handed on, or there is one thread, or a lock",
            "let each job wait for its own computation, in a future of its own",
        )
    } else if most == 0 {
        (
            "the data of all jobs is waited for before any is computed",
            "let one future do both for a job: await its data, wait for a place, and hand it on",
        )
    } else if most < possible {
        (
            "fewer run together than there are workers: a limit or a pool of another size",
            "make it exactly `workers`",
        )
    } else {
        (
            "a worker that is free is not used at once: the data of all jobs, or of earlier ones, is waited for, jobs go in batches, or are dealt \
             out beforehand",
            "let whatever is fetched wait in one line, and take the next as soon as any worker is free",
        )
    }
}
