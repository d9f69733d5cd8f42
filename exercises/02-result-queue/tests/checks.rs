//! The promises of `run_jobs` and the visible cases that put them to the proof.

#[path = "cases.rs"]
pub(crate) mod cases;

use judge::scenario::{Ticks, durations};
use judge::suite::{Category, Check, Suite};

use cases::{
    ON_RESULT, RAISES_NUMBER, RAISES_STR, WORK, after_a_panic, apart, as_ended, asleep, asleep_in_a_panic,
    at_once, busy, calls, delivers, first_to_end, held, jobs, keeps_busy, limits, nothing_left,
    on_result_panics, one_slower, panicking, refuses, several, within_limit, work_panics,
};

/// The visible suite.
pub(crate) fn suite() -> Suite {
    let checks = [results(), schedules(), endings(), manners()].into_iter().flatten().collect();
    Suite { id: "02", name: "result-queue", supplied: &["work", "on_result"], checks }
}

/// What is worked and delivered, and on which threads.
fn results() -> Vec<Check> {
    vec![
        Check::visible(
            "delivers_a_few_results",
            Category::Correctness,
            4,
            "each job is worked, and its result delivered",
            vec![delivers(jobs("3 jobs, 2 workers", 2, &[10; 3]))],
        ),
        Check::visible(
            "delivers_each_result_once",
            Category::Correctness,
            16,
            "each job is worked once, and its result delivered once, under its own index",
            vec![
                delivers(jobs("12 jobs, 4 workers, the first ends last", 4, &durations::reversed(12))),
                delivers(jobs("5 jobs, 1 worker", 1, &[10; 5])),
                delivers(busy(jobs("12 jobs, 4 workers, `on_result` is slow", 4, &[10; 12]), 25)),
                delivers(jobs("300 equal jobs, 3 workers", 3, &[10; 300])),
                delivers(jobs("5 jobs that take very long, 2 workers", 2, &[1_000_000; 5]).patient()),
            ],
        ),
        Check::visible(
            "works_on_other_threads",
            Category::Correctness,
            8,
            "`work` never runs on the calling thread, `on_result` nowhere else",
            vec![
                apart(jobs("12 jobs, 4 workers", 4, &[10; 12])),
                apart(jobs("5 jobs, 1 worker", 1, &[10; 5])),
                apart(jobs("1 job, 4 workers", 4, &[10])),
            ],
        ),
    ]
}

/// In what order and when it is delivered, and what overlaps.
fn schedules() -> Vec<Check> {
    vec![
        Check::visible(
            "delivers_in_the_order_of_completion",
            Category::Ordering,
            16,
            "the results arrive in the order in which the jobs finish, also while `on_result` is busy",
            vec![
                as_ended(jobs("8 jobs, 8 workers, the first ends last", 8, &durations::reversed(8))),
                as_ended(held(
                    jobs("6 jobs, 6 workers, four end while `on_result` is busy", 6, &HELD),
                    5,
                    100,
                )),
                as_ended(jobs("40 jobs, 3 workers, shuffled", 3, &durations::shuffled(40, 2))),
                as_ended(held(
                    jobs(
                        "20 jobs, 20 workers, all but one end while `on_result` is busy",
                        20,
                        &durations::shuffled(20, 3),
                    ),
                    first_to_end(&durations::shuffled(20, 3)),
                    1_000,
                )),
            ],
        ),
        Check::visible(
            "delivers_a_result_at_once",
            Category::Ordering,
            14,
            "a result is delivered when its job finishes, or as soon as `on_result` is free",
            vec![
                at_once(jobs("12 jobs, 4 workers, shuffled", 4, &durations::shuffled(12, 1))),
                at_once(busy(jobs("12 jobs, 4 workers, `on_result` is slow", 4, &[10; 12]), 25)),
                at_once(jobs("40 jobs, 3 workers, shuffled", 3, &durations::shuffled(40, 2))),
                at_once(jobs("300 equal jobs, 3 workers", 3, &[10; 300])),
            ],
        ),
        Check::visible(
            "keeps_every_worker_busy",
            Category::Speedup,
            20,
            "a new job starts as soon as a worker is free",
            vec![
                keeps_busy(jobs("40 equal jobs, 4 workers", 4, &[10; 40]), 4),
                keeps_busy(
                    jobs("12 jobs, 4 workers, the first three heavy", 4, &durations::heavy(12, 0..3)),
                    4,
                ),
                keeps_busy(jobs("130 equal jobs, 7 workers", 7, &[10; 130]), 7),
                keeps_busy(jobs("260 equal jobs, 260 workers", 260, &[10; 260]).until_in_flight(260), 260),
                keeps_busy(jobs("40 jobs, 4 workers, two of them very long", 4, &two_long(40)), 4),
                keeps_busy(jobs("7 jobs, 16 workers", 16, &[10; 7]), 16),
                keeps_busy(jobs("3 jobs, 16 workers", 16, &[10; 3]), 16),
                keeps_busy(jobs("2 jobs, 2 workers", 2, &[10; 2]), 2),
                keeps_busy(
                    one_slower(jobs("60 jobs, 7 workers, one worker ten times slower", 7, &[10; 60])),
                    7,
                ),
            ],
        ),
        Check::visible(
            "respects_the_worker_limit",
            Category::Robustness,
            6,
            "at most `workers` calls of `work` are in flight",
            vec![
                within_limit(jobs("40 equal jobs, 4 workers", 4, &[10; 40]), 4),
                within_limit(jobs("5 jobs, 1 worker", 1, &[10; 5]), 1),
            ],
        ),
    ]
}

/// Few jobs, panics, no workers.
fn endings() -> Vec<Check> {
    vec![
        Check::visible(
            "copes_with_few_jobs",
            Category::Robustness,
            3,
            "no jobs return at once; more workers than jobs are fine",
            vec![
                delivers(jobs("no jobs, 4 workers", 4, &[])),
                delivers(jobs("3 jobs, 16 workers", 16, &[10; 3])),
                delivers(jobs("7 jobs, 16 workers", 16, &[10; 7])),
            ],
        ),
        Check::visible(
            "passes_a_panic_on",
            Category::Robustness,
            5,
            "a panic in `work` or in `on_result` makes the call panic, and never hangs it",
            vec![
                work_panics(jobs("12 jobs, 4 workers, job 5 panics", 4, &[10; 12]), 5).and(limits(vec![4])),
                on_result_panics(jobs("12 jobs, 4 workers, `on_result` panics for job 5", 4, &[10; 12]), 5),
                work_panics(
                    jobs("12 jobs, 1 worker, job 3 panics with a `&str`", 1, &[10; 12]).entering(RAISES_STR),
                    3,
                ),
                work_panics(
                    jobs(
                        "3 jobs, 8 workers, job 1 panics last, with a number",
                        8,
                        &durations::heavy(3, 1..2),
                    )
                    .entering(RAISES_NUMBER),
                    1,
                ),
                on_result_panics(
                    jobs("4 jobs, 4 workers, `on_result` panics for the last", 4, &durations::heavy(4, 2..3)),
                    2,
                ),
                work_panics(
                    panicking(WORK, jobs("12 jobs, 4 workers, jobs 1 and 2 panic", 4, &[10; 12]), 1),
                    2,
                ),
                work_panics(
                    panicking(
                        ON_RESULT,
                        jobs(
                            "4 jobs, 4 workers, `on_result` panics for job 0, later job 1",
                            4,
                            &[10, 20, 30, 40],
                        ),
                        0,
                    ),
                    1,
                ),
            ],
        ),
        Check::visible(
            "refuses_zero_workers",
            Category::Robustness,
            2,
            "0 workers panic with `workers` in the message",
            vec![
                refuses(jobs("3 jobs, 0 workers", 0, &[10; 3])),
                refuses(jobs("no jobs, 0 workers", 0, &[])),
            ],
        ),
    ]
}

/// How it waits, what it leaves behind, further calls.
fn manners() -> Vec<Check> {
    vec![
        Check::visible(
            "waits_asleep",
            Category::Robustness,
            2,
            "waiting sleeps until the event",
            vec![
                asleep(jobs("12 jobs, 4 workers", 4, &[10; 12])),
                asleep(jobs("9 jobs, 8 workers, the last one long", 8, &durations::heavy(9, 8..9))),
                asleep(busy(jobs("12 jobs, 4 workers, `on_result` is slow", 4, &[10; 12]), 25)),
                asleep_in_a_panic(jobs("12 jobs, 4 workers, job 5 panics", 4, &[10; 12]), 5),
            ],
        ),
        Check::visible(
            "leaves_nothing_running",
            Category::Robustness,
            2,
            "when the call ends, no call of `work` is in progress",
            vec![
                nothing_left(jobs("12 jobs, 4 workers", 4, &[10; 12])),
                nothing_left(panicking(WORK, jobs("12 jobs, 4 workers, job 5 panics", 4, &[10; 12]), 5)),
                nothing_left(panicking(
                    ON_RESULT,
                    jobs("20 jobs, 4 workers, `on_result` panics for job 0", 4, &durations::shuffled(20, 2)),
                    0,
                )),
            ],
        ),
        Check::visible(
            "can_be_called_again",
            Category::Robustness,
            2,
            "each of several calls is right: a call depends on its arguments alone",
            vec![
                several(
                    calls("two calls, first 4 workers, then 2", &[(0, 4, &[10; 12]), (0, 2, &[10; 12])]),
                    vec![4, 2],
                ),
                several(
                    calls(
                        "two calls, first 2 workers, then 7",
                        &[(0, 2, &[10; 12]), (0, 7, &durations::reversed(20))],
                    ),
                    vec![2, 7],
                ),
                after_a_panic(
                    calls("two calls, job 5 of the first panics", &[(0, 3, &[10; 12]), (0, 3, &[10; 12])]),
                    vec![3; 2],
                    5,
                ),
                after_a_panic(
                    calls(
                        "two calls at the same time, job 5 of the first panics",
                        &[(0, 3, &[10; 12]), (1, 3, &[10; 30])],
                    ),
                    vec![3; 2],
                    5,
                ),
                several(
                    calls(
                        "three calls at the same time, 3 and 3 and 4 workers",
                        &[(0, 3, &[10; 12]), (1, 3, &[10; 12]), (2, 4, &durations::reversed(20))],
                    ),
                    vec![3, 3, 4],
                ),
                several(
                    calls("no jobs, then 12, then none", &[(0, 3, &[]), (0, 3, &[10; 12]), (0, 3, &[])]),
                    vec![3; 3],
                ),
            ],
        ),
    ]
}

/// Two long jobs, one with an even and one with an odd index: whoever takes two at a time keeps one of the others waiting.
fn two_long(length: usize) -> Vec<Ticks> {
    let long = |job| if job == 10 || job == 13 { 1_000 } else { 10 };
    (0..length).map(long).collect()
}

/// Job 5 ends first, and those after it neither in rising nor in falling order of their indexes.
const HELD: [Ticks; 6] = [40, 20, 50, 30, 200, 10];
