//! The promises of `map_in_processes` and `worker`, and the cases that put them to the proof.
//!
//! [`suite`] holds the visible cases. The builders in `cases.rs` make further ones with the same policies.

mod answers;
mod cases;
mod crew;
mod deaths;
mod returning;

use judge::processes::Death;
use judge::scenario::durations;
use judge::suite::{Category, Check, Suite};

pub(crate) use cases::*;

/// What an input of `work` is called.
const JOB: &str = "job";

/// The visible suite.
pub(crate) fn suite() -> Suite {
    let checks = [results(), times(), deaths(), endings()].into_iter().flatten().collect();
    Suite {
        id: "07",
        name: "worker-processes",
        supplied: &["work", "start of a worker", "return of a worker"],
        checks,
    }
}

/// What is worked, where, and what comes of it.
fn results() -> Vec<Check> {
    vec![
        Check::visible(
            "works_in_a_worker_process",
            Category::Correctness,
            4,
            "`work` is called in a process that `command` has started, and `worker` returns there",
            vec![in_workers(even("1 job, 1 worker", 1, 1))],
        ),
        Check::visible(
            "works_each_job_once",
            Category::Correctness,
            12,
            "`work` is called once for each job, and each answer is in the results",
            vec![
                starts_nothing(even("no jobs, 4 workers", 4, 0)),
                all_answers(even("1 job, 4 workers", 4, 1)),
                all_answers(even("7 jobs, 16 workers", 16, 7)),
                all_answers(even("150 jobs, 1 worker", 1, 150)),
                all_answers(even("101 jobs, 4 workers", 4, 101)),
                all_answers(even("jobs and answers 0 and 2^64 - 1 among 12, 3 workers", 3, 12).extremes()),
                as_often(even("12 jobs of two kinds, 3 workers", 3, 12).equal(2)),
                as_often(
                    even("12 jobs of two kinds, 3 workers; one of the first kind ends its worker", 3, 12)
                        .equal(2)
                        .one_of_equals_dies(),
                ),
                all_answers(map("3 jobs that take very long, 2 workers", 2, &[1_000_000; 3]).patient()),
            ],
        ),
        Check::visible(
            "keeps_the_input_order",
            Category::Ordering,
            16,
            "result i belongs to job i, whatever ends first",
            vec![
                in_order(map("8 jobs, 8 workers, the first ends last", 8, &durations::reversed(8))),
                in_order(map("24 jobs, 4 workers, shuffled", 4, &durations::shuffled(24, 1))),
                in_order(map("24 jobs, 12 workers, the first ends last", 12, &durations::reversed(24))),
                in_order(many()),
            ],
        ),
    ]
}

/// How long it takes, and how many processes.
fn times() -> Vec<Check> {
    vec![
        Check::visible(
            "speeds_up_even_work",
            Category::Speedup,
            16,
            "equal jobs on n workers take about a n-th of the time",
            vec![
                in_time(even("24 equal jobs, 4 workers", 4, 24)),
                in_time(even("40 equal jobs, 8 workers", 8, 40)),
                in_time(even("7 jobs, 16 workers", 16, 7)),
                in_time(even("256 equal jobs, 64 workers", 64, 256).until_in_flight(64)),
            ],
        ),
        Check::visible(
            "balances_uneven_work",
            Category::Speedup,
            12,
            "a job starts whenever a worker is free",
            vec![
                in_time(map("24 jobs, 4 workers, the first quarter heavy", 4, &durations::heavy(24, 0..6))),
                in_time(map("24 jobs, 4 workers, every fourth heavy", 4, &durations::strided(24, 4))),
                in_time(map(
                    "24 jobs, 4 workers, one in four much longer",
                    4,
                    &durations::one_per_round(24, 4),
                )),
                in_time(map("24 jobs, 4 workers, three neighbours very long", 4, &three_long(24))),
                in_time(map("24 jobs, 4 workers, 8 and 12 very long", 4, &long_behind_long(24, 4))),
                in_time(many()),
                in_time(long_first()),
                in_time(
                    map(
                        "30 jobs, 4 workers, shuffled; a start takes 50 ticks",
                        4,
                        &durations::shuffled(30, 1),
                    )
                    .start_of(50),
                ),
                in_time(even("24 jobs, 4 workers, one worker ten times slower", 4, 24).one_slower()),
            ],
        ),
        Check::visible(
            "keeps_its_workers",
            Category::Speedup,
            8,
            "workers live as long as there are jobs: no more are started than are needed",
            vec![
                few_processes(even("24 jobs, 4 workers, a start takes 50 ticks", 4, 24).start_of(50)),
                few_processes(even("3 jobs, 8 workers", 8, 3)),
                few_processes(even("150 jobs, 1 worker", 1, 150)),
                few_processes(
                    even("6 jobs, 3 workers, each job ends its worker", 3, 6).all_die(Death::Exit(1)),
                ),
            ],
        ),
    ]
}

/// What becomes of it if workers end before their time.
fn deaths() -> Vec<Check> {
    let early = || even("24 jobs, 4 workers; 0 and 1 end theirs at the same tick, then 4", 4, 24);
    vec![
        Check::visible(
            "a_dead_worker_costs_one_job",
            Category::Robustness,
            10,
            "a worker that ends early costs the job it had, and no other",
            vec![
                one_lost(
                    even("24 jobs, 4 workers; 3 exits with 7, 9 aborts, 23 is killed", 4, 24)
                        .dies(3, Death::Exit(7))
                        .dies(9, Death::Abort)
                        .dies(23, Death::Kill),
                ),
                one_lost(
                    even("12 jobs, 3 workers; 0 and 11 exit with 0", 3, 12)
                        .dies(0, Death::Exit(0))
                        .dies(11, Death::Exit(0)),
                ),
                one_lost(even("12 jobs, 3 workers; 5 panics", 3, 12).panics(5)),
                one_lost(
                    even("5 jobs, 1 worker; 0, 2 and 4 end it", 1, 5)
                        .dies(0, Death::Exit(1))
                        .dies(2, Death::Kill)
                        .dies(4, Death::Abort),
                ),
                one_lost(even("24 jobs, 2 workers; all end theirs", 2, 24).all_die(Death::Exit(1))),
                one_lost(even("24 jobs, 2 workers; 0 ends its worker", 2, 24).dies(0, Death::Exit(3))),
                one_lost(early().dies(0, Death::Kill).dies(1, Death::Kill).dies(4, Death::Exit(3))),
            ],
        ),
        Check::visible(
            "tells_how_it_died",
            Category::Correctness,
            4,
            "`Err` has the status with which that very process ended",
            vec![
                statuses(
                    even("12 jobs, 3 workers; 1, 4 and 7 exit with 7, 0 and 255", 3, 12)
                        .dies(1, Death::Exit(7))
                        .dies(4, Death::Exit(0))
                        .dies(7, Death::Exit(255)),
                ),
                statuses(
                    even("12 jobs, 3 workers; 2 aborts, 5 is killed, 8 panics", 3, 12)
                        .dies(2, Death::Abort)
                        .dies(5, Death::Kill)
                        .panics(8),
                ),
            ],
        ),
    ]
}

/// How many there are, and what is left of them.
fn endings() -> Vec<Check> {
    let dying = |label: &str| even(label, 4, 12).dies(0, Death::Exit(1)).dies(6, Death::Kill);
    vec![
        Check::visible(
            "respects_the_worker_limit",
            Category::Robustness,
            4,
            "at most `workers` worker processes run at any moment",
            vec![
                within_limit(even("24 equal jobs, 4 workers", 4, 24)),
                within_limit(even("12 jobs, 1 worker", 1, 12)),
                within_limit(dying("12 jobs, 4 workers; 0 and 6 end theirs")),
            ],
        ),
        Check::visible(
            "reaps_every_process",
            Category::Robustness,
            8,
            "when the call returns, every process has ended and been waited for",
            vec![
                nothing_left(even("24 equal jobs, 4 workers", 4, 24)),
                nothing_left(dying("12 jobs, 4 workers; 0 and 6 end theirs")),
                nothing_left(
                    even("12 jobs, 3 workers; 0 and 11 exit with 0", 3, 12)
                        .dies(0, Death::Exit(0))
                        .dies(11, Death::Exit(0)),
                ),
                nothing_left(even("3 jobs, 8 workers", 8, 3)),
            ],
        ),
        Check::visible(
            "cleans_up_when_it_panics",
            Category::Robustness,
            3,
            "a panic leaves no process behind either",
            vec![
                cleans_up(
                    even("12 jobs, 4 workers; the third call of `command` panics", 4, 12)
                        .but(Commands::PanicsAt(3)),
                ),
                cleans_up(
                    even("12 jobs, 4 workers; the second command's program does not exist", 4, 12)
                        .but(Commands::NoProgramAt(2)),
                ),
                cleans_up(
                    // One at each end of the list: wherever an answer begins, a worker dies while jobs wait.
                    even("12 jobs, 3 workers; 1 and 10 end theirs, and `command` has no other", 3, 12)
                        .dies(1, Death::Exit(1))
                        .dies(10, Death::Exit(1))
                        .but(Commands::PanicsAt(4)),
                ),
            ],
        ),
        Check::visible(
            "refuses_zero_workers",
            Category::Robustness,
            1,
            "0 workers panic with `workers` in the message",
            vec![refuses(even("3 jobs, 0 workers", 0, 3)), refuses(even("no jobs, 0 workers", 0, 0))],
        ),
        Check::visible(
            "waits_asleep",
            Category::Robustness,
            1,
            "waiting sleeps until the event, in every process",
            vec![
                asleep(even("24 equal jobs, 4 workers", 4, 24)),
                asleep(dying("12 jobs, 4 workers; 0 and 6 end theirs")),
            ],
        ),
        Check::visible(
            "can_be_called_again",
            Category::Robustness,
            1,
            "each of several calls is right: a call depends on its arguments alone",
            vec![
                several(calls(
                    "two calls, one after the other, 3 and 2 workers",
                    &[(0, 3, &[10; 9]), (0, 2, &[10; 6])],
                )),
                several(calls(
                    "three calls at the same time, 2, 2 and 3 workers",
                    &[(0, 2, &[10; 6]), (1, 2, &[10; 6]), (2, 3, &durations::reversed(9))],
                )),
            ],
        ),
    ]
}
