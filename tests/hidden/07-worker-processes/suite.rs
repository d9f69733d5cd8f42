//! Exercise 07, worker processes: other lengths, other deaths, and times by chance.

use super::visible;

use crate::Exercise;
use judge::processes::Death;
use judge::scenario::durations;
use judge::suite::{Case, Suite};
use visible::{
    Calls, Commands, all_answers, asleep, calls, cleans_up, even, few_processes, in_order, in_time, map,
    nothing_left, one_lost, refuses, several, statuses, within_limit,
};

/// What the grader is told of this exercise. Measured with real work it is not: what a process costs is told by the makespan.
pub(crate) const EXERCISE: Exercise =
    Exercise { suite, visible: visible::suite, scaling: None, workload: None };

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    let by_chance = |jobs: usize, workers: usize| {
        let label = format!("{jobs} jobs, {workers} workers, times by chance");
        map(&label, workers, &durations::shuffled(jobs, seed))
    };
    suite.extend(
        "works_each_job_once",
        [all_answers(even("2 jobs, 1 worker", 1, 2)), all_answers(by_chance(20, 3))],
    );
    suite.extend(
        "keeps_the_input_order",
        [
            in_order(by_chance(20, 3)),
            in_order(map("2 jobs, 2 workers, the first ends last", 2, &durations::reversed(2))),
        ],
    );
    suite.extend(
        "speeds_up_even_work",
        [
            in_time(even("20 equal jobs, 2 workers", 2, 20)),
            in_time(even("32 equal jobs, 16 workers", 16, 32)),
        ],
    );
    suite.extend(
        "balances_uneven_work",
        [
            in_time(by_chance(30, 4)),
            in_time(map("20 jobs, 2 workers, the first half heavy", 2, &durations::heavy(20, 0..10))),
        ],
    );
    suite.extend("keeps_its_workers", [few_processes(even("5 jobs, 5 workers", 5, 5).start_of(20))]);
    suite.extend("a_dead_worker_costs_one_job", deadly(seed).into_iter().map(one_lost));
    suite.extend("tells_how_it_died", [statuses(ends_by_chance(seed))]);
    suite.extend("respects_the_worker_limit", [within_limit(by_chance(20, 3))]);
    suite.extend("reaps_every_process", deadly(seed).into_iter().map(nothing_left));
    suite.extend("cleans_up_when_it_panics", [fails_first()]);
    suite.extend("refuses_zero_workers", [refuses(even("20 jobs, 0 workers", 0, 20))]);
    suite.extend("waits_asleep", [asleep(by_chance(20, 3))]);
    suite.extend(
        "can_be_called_again",
        [several(calls("two calls, first 4 workers, then 1", &[(0, 4, &[10; 8]), (0, 1, &[10; 3])]))],
    );
    suite
}

/// Calls in which workers die.
fn deadly(seed: u64) -> [Calls; 3] {
    let first_and_last = even("10 jobs, 2 workers; the first and the last end theirs", 2, 10);
    let row = even("12 jobs, 4 workers; 4 to 7 end theirs", 4, 12);
    [
        ends_by_chance(seed),
        first_and_last.dies(0, Death::Exit(0)).dies(9, Death::Kill),
        (4..8).fold(row, |calls, place| calls.dies(place, Death::Exit(2))),
    ]
}

/// Four of 16 jobs end their workers, each in another way.
fn ends_by_chance(seed: u64) -> Calls {
    let place = |nth: u64| 4 * nth + (seed >> (2 * nth)) % 4;
    even("16 jobs, 3 workers; four end theirs, by chance", 3, 16)
        .dies(place(0), Death::Exit(1 + i32::try_from(seed % 200).unwrap_or(0)))
        .dies(place(1), Death::Exit(0))
        .dies(place(2), Death::Kill)
        .dies(place(3), Death::Abort)
}

fn fails_first() -> Case {
    cleans_up(even("6 jobs, 2 workers; the first call of `command` panics", 2, 6).but(Commands::PanicsAt(1)))
}
