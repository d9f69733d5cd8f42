//! The promises of `ThreadPool` and of its handles, and the scenes that put them to the proof.
//!
//! [`suite`] holds the visible cases. [`Scene`] makes further ones. A scene ends with its pools dropped; where that is not what it is about,
//! they are dropped while all workers are busy.

mod back;
mod handles;
mod jobs;
mod scene;
mod steps;
mod threads;

use judge::scenario::durations;
use judge::suite::{Case, Category, Check, Suite};

pub(crate) use scene::{Job, Scene, no_workers};

/// The visible suite.
pub(crate) fn suite() -> Suite {
    use Category::{Correctness, Ordering, Robustness, Speedup};
    Suite {
        id: "11",
        name: "thread-pool",
        supplied: &[
            "job",
            "new",
            "submit",
            "wait",
            "is_finished",
            "drop(handle)",
            "drop(pool)",
            "submit (many)",
        ],
        checks: vec![
            Check::visible(
                "works_a_few_jobs",
                Correctness,
                4,
                "jobs that are submitted are worked",
                vec![
                    Scene::new("3 jobs, 2 workers", 2)
                        .submit_all(0, &[20, 30, 40])
                        .wait_each(0, 0..3)
                        .drop_it_busy(0)
                        .works_all(),
                ],
            ),
            Check::visible(
                "gives_each_handle_its_result",
                Correctness,
                14,
                "a handle gives the result of its own job, as soon as there is one",
                results(),
            ),
            Check::visible(
                "keeps_every_worker_busy",
                Speedup,
                18,
                "as many jobs are in progress as there are workers, or as are left",
                busy(),
            ),
            Check::visible(
                "begins_in_the_order_of_submission",
                Ordering,
                12,
                "of the jobs that wait, the one that was submitted first begins first",
                vec![in_turn(1), in_turn(3), submit_in_jobs(1).keeps_order()],
            ),
            Check::visible(
                "submit_never_waits",
                Robustness,
                8,
                "`submit` comes back at once, and runs no job",
                floods(),
            ),
            Check::visible(
                "starts_its_threads_once",
                Robustness,
                12,
                "`new` starts exactly `workers` threads, and there are never more",
                vec![
                    threads(1),
                    threads(5),
                    threads(12),
                    two_pools("threads of 2 pools", 2, 3).counts_threads(),
                ],
            ),
            Check::visible(
                "drop_ends_it_all",
                Robustness,
                14,
                "the drop waits until every job has been worked, and ends all threads",
                ends(),
            ),
            Check::visible(
                "survives_panics",
                Robustness,
                12,
                "a panic in a job is told to its handle, and the pool goes on as before",
                panics(),
            ),
            Check::visible(
                "waits_asleep",
                Robustness,
                4,
                "waiting sleeps until the event: no busy loops, no polling, no pauses",
                vec![asleep(3), asleep(12), nudged().waits_on()],
            ),
            Check::visible(
                "refuses_zero_workers",
                Robustness,
                2,
                "called with 0 workers, `new` panics and says why",
                vec![no_workers()],
            ),
        ],
    }
}

/// 12 jobs of two drivers, each of which waits for its last one first.
pub(crate) fn last_to_first(workers: usize) -> Case {
    Scene::new(&format!("12 jobs, {workers} workers, waited for last to first"), workers)
        .submit_all(0, &durations::reversed(6))
        .submit_all(1, &durations::reversed(6))
        .wait_each(0, (0..6).rev())
        .wait_each(1, (6..12).rev())
        .drop_it_busy(0)
        .gives_results()
}

fn results() -> Vec<Case> {
    vec![
        last_to_first(3),
        Scene::new("asked before a job's end and after it", 2)
            .submit_all(0, &[15, 200])
            .submit_all(1, &[10])
            .ask(0, 0)
            .ask(0, 0)
            .ask(0, 1)
            .ask(1, 2)
            .wait(0, 1)
            .ask(1, 2)
            .wait(0, 0)
            .wait(1, 2)
            .drop_it_busy(0)
            .gives_results(),
        Scene::new("2 threads wait, each for the other's job, and the second job ends first", 2)
            .submit_all(0, &[200])
            .submit_all(1, &[100])
            .wait(1, 0)
            .wait(0, 1)
            .drop_it_busy(0)
            .gives_results(),
        Scene::new("handles that are dropped", 2)
            .submit_all(0, &[30, 30, 30, 30, 30])
            .forget(0, 0)
            .forget(0, 3)
            .wait_each(0, [4, 1, 2])
            .drop_it_busy(0)
            .gives_results(),
        Scene::new("handles that outlive the pool", 2)
            .submit_all(0, &[30, 30, 30])
            .submit_all(1, &[30, 30])
            .drop_it(0)
            .wait_each(0, [1, 0, 2])
            .ask(1, 3)
            .wait_each(1, [4, 3])
            .gives_results(),
    ]
}

/// So many jobs that take long, and others that do not.
pub(crate) fn uneven(workers: usize, jobs: usize) -> Case {
    let times: Vec<_> = [90, 10, 20, 30, 10, 20, 30, 10, 20].into_iter().cycle().take(jobs).collect();
    Scene::new(&format!("{jobs} uneven jobs, {workers} workers"), workers)
        .submit_all(0, &times)
        .drop_it_busy(0)
        .keeps_busy()
}

/// As many jobs as workers.
fn full(workers: usize) -> Case {
    Scene::new(&format!("{workers} workers, a job for each"), workers)
        .submit_all(0, &vec![50; workers])
        .drop_it(0)
        .keeps_busy()
}

/// Two pools side by side. The first one is used further when the other one has been dropped.
fn two_pools(label: &str, first: usize, second: usize) -> Scene {
    Scene::new(label, first)
        .with(second)
        .submit_all(1, &[40, 10, 30, 20, 40])
        .other()
        .submit_all(0, &[30, 20, 40, 10])
        .drop_it_busy(0)
        .other()
        .submit_all(1, &[10])
        .wait(1, 9 + first as u64)
        .submit_all(1, &[10])
        .wait(1, 10 + first as u64)
        .drop_it_busy(1)
}

fn busy() -> Vec<Case> {
    vec![
        uneven(3, 9),
        uneven(1, 5),
        Scene::new("8 jobs one by one, 3 workers", 3)
            .times(8, |scene| scene.submit_all(0, &[45]))
            .drop_it_busy(0)
            .keeps_busy(),
        two_pools("2 pools, 1 and 2 workers", 1, 2).keeps_busy(),
        uneven(12, 30),
        many(full(300)),
    ]
}

/// 40 jobs, in rows of two drivers in turn.
pub(crate) fn in_turn(workers: usize) -> Case {
    let plural = if workers == 1 { "" } else { "s" };
    let scene = Scene::new(&format!("40 jobs of 2 threads in turn, {workers} worker{plural}"), workers);
    let round =
        |scene: Scene| scene.submit_all(0, &[20, 10, 30, 10, 20]).submit_all(1, &[10, 30, 10, 20, 30]);
    scene.times(4, round).drop_it_busy(0).keeps_order()
}

fn floods() -> Vec<Case> {
    vec![many(flood(2, 1_000, 5_000)), flood(2, 150, 0), submit_in_jobs(1).leaves_callers_alone()]
}

/// All workers are busy, and so many jobs come; then so many more that do nothing, which cost the judge no call each.
fn flood(workers: usize, jobs: usize, more: u64) -> Case {
    let all = jobs as u64 + more;
    let scene = Scene::new(&format!("{all} jobs while all of {workers} workers are busy"), workers)
        .submit_all(0, &vec![10_000; workers])
        .submit_all(1, &vec![0; jobs]);
    let scene = if more > 0 { scene.submit_many(1, more) } else { scene };
    scene.submit_all(0, &[0]).wait(0, 0).drop_it(0).leaves_callers_alone()
}

/// What takes long with a thread for each job, or with threads that look again and again: played only where there are none of them.
pub(crate) fn many(case: Case) -> Case {
    case.given(threads(1).given(asleep(3)))
}

/// Jobs that submit further ones.
pub(crate) fn submit_in_jobs(workers: usize) -> Scene {
    let plural = if workers == 1 { "" } else { "s" };
    Scene::new(&format!("jobs submit jobs, {workers} worker{plural}"), workers)
        .submit(0, &[Job::Submits(20, 30), Job::Submits(10, 10)])
        .wait(0, 2)
        .wait(0, 0)
        .submit_all(1, &[40])
        .wait(1, 4)
        .drop_it_busy(0)
}

/// Threads are counted before, between and after jobs.
pub(crate) fn threads(workers: usize) -> Case {
    let plural = if workers == 1 { "" } else { "s" };
    Scene::new(&format!("threads of a pool with {workers} worker{plural}"), workers)
        .look()
        .submit_all(0, &vec![20; 2 * workers + 2])
        .look()
        .wait_each(0, 0..2 * workers as u64 + 2)
        .look()
        .submit_all(1, &[10])
        .look()
        .wait(1, 2 * workers as u64 + 2)
        .drop_it_busy(0)
        .counts_threads()
}

fn ends() -> Vec<Case> {
    vec![
        ends_with_a_queue(2, 7),
        Scene::new("3 workers, no job ever", 3).look().drop_it(0).look().ends_all(),
        Scene::new("3 idle workers", 3)
            .submit_all(0, &[10, 20, 30])
            .wait_each(0, 0..3)
            .look()
            .drop_it(0)
            .look()
            .ends_all(),
        Scene::new("1 busy worker, 3 idle ones", 4)
            .submit_all(0, &[10, 200, 30])
            .wait_each(0, [0, 2])
            .drop_it(0)
            .look()
            .ends_all(),
        Scene::new("7 jobs, 2 workers, dropped in a panic", 2)
            .submit_all(0, &[30; 7])
            .drop_it_in_a_panic(0)
            .look()
            .ends_all(),
    ]
}

/// Dropped with jobs in progress and in the queue.
pub(crate) fn ends_with_a_queue(workers: usize, jobs: usize) -> Case {
    Scene::new(&format!("{jobs} jobs, {workers} workers, dropped at once"), workers)
        .submit_all(0, &vec![30; jobs])
        .drop_it(0)
        .look()
        .ends_all()
}

/// As many panics as workers, and then good jobs.
pub(crate) fn as_many_panics(workers: usize) -> Case {
    let good = vec![Job::For(20); workers];
    let jobs = workers as u64;
    let scene = Scene::new(&format!("{workers} panics, {workers} workers, then good jobs"), workers);
    scene
        .submit(0, &good)
        .wait_each(0, 0..jobs)
        .look()
        .submit(0, &vec![Job::Panics(15); workers])
        .wait_each(0, jobs..2 * jobs)
        .look()
        .submit_all(0, &vec![30; 2 * workers])
        .wait_each(0, 2 * jobs..4 * jobs)
        .look()
        .drop_it_busy(0)
        .survives()
}

fn panics() -> Vec<Case> {
    vec![
        as_many_panics(3),
        Scene::new("panics among good jobs, one with a number", 2)
            .submit(
                0,
                &[
                    Job::For(20),
                    Job::Panics(10),
                    Job::For(30),
                    Job::PanicsWithNumber(20),
                    Job::For(10),
                    Job::For(20),
                ],
            )
            .wait_each(0, 0..6)
            .drop_it_busy(0)
            .survives(),
        Scene::new("is a job finished that panicked", 1)
            .submit(0, &[Job::Panics(10), Job::PanicsWithNumber(10)])
            .look()
            .look()
            .ask(0, 0)
            .ask(0, 1)
            .wait(0, 0)
            .wait(0, 1)
            .drop_it_busy(0)
            .survives(),
        Scene::new("panics of jobs whose handles are gone", 2)
            .submit(0, &[Job::Panics(30), Job::Panics(30), Job::Panics(30), Job::For(40), Job::For(20)])
            .forget(0, 0)
            .forget(0, 1)
            .forget(0, 2)
            .wait_each(0, [3, 4])
            .drop_it_busy(0)
            .survives(),
        // Both of the first workers have met a panic when the last job begins.
        Scene::new("dropped with panics in progress and in the queue", 2)
            .submit(0, &[Job::Panics(30), Job::Panics(50), Job::For(30), Job::Panics(10), Job::For(40)])
            .drop_it(0)
            .wait_each(0, 0..5)
            .survives(),
    ]
}

/// Idle workers wake up for nothing, before jobs, between them and after them.
pub(crate) fn asleep(workers: usize) -> Case {
    let jobs = workers as u64;
    Scene::new(&format!("{workers} idle workers wake up for nothing"), workers)
        .look()
        .times(workers, Scene::nudge_worker)
        .submit_all(0, &vec![30; workers])
        .wait_each(0, 0..jobs)
        .times(workers, Scene::nudge_worker)
        .submit_all(0, &vec![30; 2 * workers])
        .wait(0, 3 * jobs - 1)
        .drop_it_busy(0)
        .waits_asleep()
}

/// Those who wait for handles and for the drop wake up for nothing.
fn nudged() -> Scene {
    Scene::new("2 threads that wait for a job, and the one that drops the pool, wake up for nothing", 2)
        .submit_all(0, &[200])
        .submit_all(1, &[100])
        .wait(0, 0)
        .wait(1, 1)
        .nudge(0)
        .nudge(1)
        .drop_it_busy(0)
        .nudge(0)
}
