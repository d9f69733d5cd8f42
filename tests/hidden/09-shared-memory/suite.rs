//! Exercise 09, shared memory: other numbers of items and workers, other orders, other deaths, and times by chance.

use super::visible;

use crate::Exercise;
use judge::processes::Death;
use judge::scenario::durations;
use judge::suite::Suite;
use visible::{
    Calls, Commands, all_in, as_it_goes, as_many_processes, asleep, calls, cleans_up, each_once, even,
    in_time, in_workers, nothing_left, refuses, several, survives, tally,
};

/// What the grader is told of this exercise. Measured with real work it is not: what a process costs is told by the makespan.
pub(crate) const EXERCISE: Exercise =
    Exercise { suite, visible: visible::suite, scaling: None, workload: None };

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    let by_chance = |items: usize, workers: usize, more: &str| {
        let label = format!("{items} items, {workers} workers, times by chance{more}");
        tally(&label, workers, &durations::shuffled(items, seed))
    };
    suite.extend("tallies_one_item", [in_workers(even("1 item, 3 workers", 3, 1))]);
    suite.extend(
        "works_each_item_once",
        [
            each_once(even("2 items, 1 worker", 1, 2)),
            each_once(by_chance(20, 3, "")),
            each_once(even("10 items, 5 workers, slow memory", 5, 10).slow().seed(seed)),
        ],
    );
    suite.extend(
        "loses_no_update",
        [
            all_in(even("15 items, 5 workers, one tally, slow memory", 5, 15).slow().seed(seed)),
            all_in(by_chance(16, 4, ", two tallies, slow memory").slow().seed(seed).tallies(2, &[1, 0])),
            all_in(by_chance(30, 3, "")),
        ],
    );
    suite.extend(
        "speeds_up_even_work",
        [
            in_time(even("20 equal items, 2 workers", 2, 20)),
            as_many_processes(even("5 items, 5 workers, a start takes 20 ticks", 5, 5).start_of(20)),
        ],
    );
    suite.extend(
        "balances_uneven_work",
        [
            in_time(by_chance(30, 4, "")),
            in_time(tally("20 items, 2 workers, the first half heavy", 2, &durations::heavy(20, 0..10))),
        ],
    );
    suite.extend(
        "shares_as_it_goes",
        [
            as_it_goes(by_chance(20, 3, "")),
            as_it_goes(
                by_chance(12, 4, ", three tallies, slow memory").slow().seed(seed).tallies(3, &[2, 0, 1]),
            ),
        ],
    );
    suite.extend(
        "keeps_to_the_block",
        [all_in(
            even("20 items, 4 workers, 100 tallies of which two get items", 4, 20).tallies(100, &[99, 3]),
        )],
    );
    suite.extend(
        "reaps_every_process",
        [
            nothing_left(ends_one(seed)),
            cleans_up(
                even("6 items, 2 workers; the first call of `command` panics", 2, 6)
                    .but(Commands::PanicsAt(1)),
            ),
        ],
    );
    suite.extend(
        "ends_when_a_worker_dies",
        [
            survives(ends_one(seed)),
            survives(
                even("12 items, 4 workers, slow memory; one is killed at its 1st access", 4, 12)
                    .killed_at_access(1),
            ),
            survives(
                even("12 items, 4 workers, slow memory; one is killed at its 6th access", 4, 12)
                    .killed_at_access(6),
            ),
            survives(
                even("12 items, 4 workers, slow memory; one is killed at its 7th access", 4, 12)
                    .killed_at_access(7),
            ),
        ],
    );
    suite.extend("refuses_zero_workers", [refuses(even("20 items, 0 workers", 0, 20))]);
    suite.extend("waits_asleep", [asleep(by_chance(20, 3, ""))]);
    suite.extend(
        "can_be_called_again",
        [several(calls("two calls, first 4 workers, then 1", &[(0, 4, &[10; 8]), (0, 1, &[10; 3])]))],
    );
    suite
}

/// One of 12 items ends its worker, by chance.
fn ends_one(seed: u64) -> Calls {
    let death =
        [Death::Exit(1), Death::Exit(255), Death::Abort, Death::Kill][usize::try_from(seed % 4).unwrap_or(0)];
    even("12 items, 4 workers; one ends its worker, by chance", 4, 12).dies(seed / 4 % 12, death)
}
