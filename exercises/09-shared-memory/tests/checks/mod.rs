//! The promises of `tally_in_processes` and `worker`, and the cases that put them to the proof.
//!
//! [`suite`] holds the visible cases. The builders in `cases.rs` make further ones with the same policies.

mod asked;
mod block;
mod cases;
mod crew;
mod deaths;
mod going;
mod workers;

use judge::processes::Death;
use judge::scenario::durations;
use judge::suite::{Category, Check, Suite};

pub(crate) use cases::*;

/// What an input of `work` is called.
const ITEM: &str = "item";

/// The visible suite.
pub(crate) fn suite() -> Suite {
    let checks = [sums(), times(), looks(), endings()].into_iter().flatten().collect();
    Suite {
        id: "09",
        name: "shared-memory",
        supplied: &["work", "start of a worker", "return of a worker"],
        checks,
    }
}

/// What is worked, and what is in the block at the end.
fn sums() -> Vec<Check> {
    vec![
        Check::visible(
            "tallies_one_item",
            Category::Correctness,
            4,
            "`work` is called in a process that `command` has started, and its amount is in the block",
            vec![in_workers(even("1 item, 1 worker", 1, 1))],
        ),
        Check::visible(
            "works_each_item_once",
            Category::Correctness,
            14,
            "`work` is called once for each item",
            vec![
                starts_nothing(even("no items, 4 workers", 4, 0)),
                each_once(even("1 item, 4 workers", 4, 1)),
                each_once(even("40 items, 4 workers", 4, 40)),
                each_once(even("16 items, 4 workers, slow memory", 4, 16).slow()),
                each_once(even("24 items, 8 workers, slow memory", 8, 24).slow()),
                each_once(
                    even("9 items, 3 workers, slow memory, slower for the parent", 3, 9)
                        .slow_for_the_parent(),
                ),
                each_once(
                    tally(
                        "12 items, 3 workers, all at different times, slow memory",
                        3,
                        &durations::shuffled(12, 1),
                    )
                    .slow(),
                ),
            ],
        ),
        Check::visible(
            "loses_no_update",
            Category::Correctness,
            24,
            "at the end each tally is the sum of its amounts, however the steps of the processes mix",
            vec![
                all_in(even("12 items, 2 workers, one tally, slow memory", 2, 12).slow()),
                all_in(even("16 items, 4 workers, one tally, slow memory", 4, 16).slow()),
                all_in(even("24 items, 8 workers, one tally, slow memory", 8, 24).slow()),
                all_in(
                    even("16 items, 4 workers, one tally, slow memory, another order", 4, 16).slow().seed(1),
                ),
                all_in(
                    even("18 items, 3 workers, four tallies, slow memory", 3, 18)
                        .slow()
                        .tallies(4, &[0, 1, 2, 3]),
                ),
                all_in(
                    even("9 items, 3 workers, amounts 0 and 2^64 - 1 among them, slow memory", 3, 9)
                        .slow()
                        .amount(1, 0)
                        .amount(4, u64::MAX),
                ),
                all_in(
                    even("36 items, 4 workers, slow memory, one worker ten times slower", 4, 36)
                        .slow()
                        .one_slower(),
                ),
                all_in(even("40 items, 4 workers, two tallies", 4, 40).tallies(2, &[0, 1])),
            ],
        ),
    ]
}

/// How long it takes.
fn times() -> Vec<Check> {
    vec![
        Check::visible(
            "speeds_up_even_work",
            Category::Speedup,
            16,
            "equal items on n workers take about a n-th of the time",
            vec![
                in_time(even("40 equal items, 4 workers", 4, 40)),
                in_time(even("80 equal items, 8 workers", 8, 80)),
                as_many_processes(
                    even("24 equal items, 4 workers, a start takes 50 ticks", 4, 24).start_of(50),
                ),
                as_many_processes(even("3 items, 8 workers", 8, 3)),
            ],
        ),
        Check::visible(
            "balances_uneven_work",
            Category::Speedup,
            12,
            "an item starts whenever a worker is free",
            vec![
                in_time(tally("100 items, 2 workers, the first three very long", 2, &long_first(3, 100))),
                in_time(tally("600 items, 4 workers, the first two very long", 4, &long_first(2, 600))),
                in_time(tally("24 items, 4 workers, every fourth heavy", 4, &durations::strided(24, 4))),
                in_time(tally(
                    "24 items, 4 workers, one in four much longer",
                    4,
                    &durations::one_per_round(24, 4),
                )),
                in_time(tally("30 items, 4 workers, shuffled", 4, &durations::shuffled(30, 1))),
                in_time(even("24 items, 4 workers, one worker ten times slower", 4, 24).one_slower()),
            ],
        ),
    ]
}

/// What is in the block meanwhile, and what never is.
fn looks() -> Vec<Check> {
    vec![
        Check::visible(
            "shares_as_it_goes",
            Category::Ordering,
            12,
            "an item is in its tally before the process that worked it starts another one",
            vec![
                as_it_goes(even("40 items, 4 workers", 4, 40)),
                as_it_goes(
                    tally("24 items, 4 workers, shuffled", 4, &durations::shuffled(24, 1))
                        .tallies(2, &[1, 0]),
                ),
                as_it_goes(even("12 items, 3 workers, slow memory", 3, 12).slow()),
            ],
        ),
        Check::visible(
            "keeps_to_the_block",
            Category::Robustness,
            4,
            "64 slots beside the tallies are enough, and a tally holds its own items alone",
            vec![
                in_few_slots(even("64 items, 64 workers, 64 slots beside the tally", 64, 64)),
                all_in(
                    even("18 items, 3 workers, 300 tallies of which three get items", 3, 18)
                        .tallies(300, &[299, 1, 150]),
                ),
            ],
        ),
    ]
}

/// How it ends, and how it waits.
fn endings() -> Vec<Check> {
    let dying = |label: &str| even(label, 3, 9).dies(4, Death::Exit(3));
    vec![
        Check::visible(
            "reaps_every_process",
            Category::Robustness,
            6,
            "when the call returns or panics, every process has ended and been waited for",
            vec![
                workers_return(even("24 items, 4 workers, and each tells when it returns", 4, 24)),
                nothing_left(dying("9 items, 3 workers; 4 ends its worker")),
                cleans_up(
                    even("9 items, 3 workers; the second command's program does not exist", 3, 9)
                        .but(Commands::NoProgramAt(2)),
                ),
                cleans_up(
                    even("9 items, 3 workers; the third call of `command` panics", 3, 9)
                        .but(Commands::PanicsAt(3)),
                ),
            ],
        ),
        Check::visible(
            "ends_when_a_worker_dies",
            Category::Robustness,
            4,
            "a worker that ends early costs the item it had: the others work what is left, and the call panics",
            vec![
                survives(dying("9 items, 3 workers; 4 exits with 3")),
                works_what_is_left(
                    even("9 items, 3 workers; the second command's program does not exist", 3, 9)
                        .but(Commands::NoProgramAt(2)),
                ),
                survives(even("9 items, 3 workers; 0 is killed", 3, 9).dies(0, Death::Kill)),
                survives(even("9 items, 3 workers; 0 panics", 3, 9).panics(0)),
                survives(
                    even("9 items, 3 workers, slow memory; one is killed at its 2nd access", 3, 9)
                        .killed_at_access(2),
                ),
                survives(
                    even("9 items, 3 workers, slow memory; one is killed at its 3rd access", 3, 9)
                        .killed_at_access(3),
                ),
                survives(
                    even("9 items, 3 workers, slow memory; one is killed at its 4th access", 3, 9)
                        .killed_at_access(4),
                ),
                survives(
                    even("9 items, 3 workers, slow memory; one is killed at its 5th access", 3, 9)
                        .killed_at_access(5),
                ),
            ],
        ),
        Check::visible(
            "refuses_zero_workers",
            Category::Robustness,
            1,
            "0 workers panic with `workers` in the message",
            vec![refuses(even("3 items, 0 workers", 0, 3)), refuses(even("no items, 0 workers", 0, 0))],
        ),
        Check::visible(
            "waits_asleep",
            Category::Robustness,
            2,
            "waiting sleeps until the event, in every process",
            vec![
                asleep(even("24 equal items, 4 workers", 4, 24)),
                asleep(tally(
                    "6 items, 3 workers, the last takes very long",
                    3,
                    &[10, 10, 10, 10, 10, 1_000],
                )),
                asleep(dying("9 items, 3 workers; 4 ends its worker")),
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
                    "two calls at the same time, 2 and 3 workers",
                    &[(0, 2, &[10; 6]), (1, 3, &durations::reversed(9))],
                )),
            ],
        ),
    ]
}
