//! The promises of `manage`, `client` and `Proxy`, and the cases that put them to the proof.
//!
//! [`suite`] holds the visible cases. The builders in `cases.rs` make further ones with the same policies.

mod bursts;
mod cases;
mod clients;
mod explained;
mod gone;
pub(crate) mod history;
mod mistakes;
pub(crate) mod orders;
mod scripts;
mod served;
mod standstill;
mod updates;

use judge::processes::Death;
use judge::suite::{Category, Check, Suite};

pub(crate) use super::shared::Key;
pub(crate) use cases::*;
pub(crate) use scripts::*;

/// Characters of the longest keys.
pub(crate) const MIB: u64 = 1 << 20;

/// The visible suite.
pub(crate) fn suite() -> Suite {
    let checks = [answers(), together(), endings()].into_iter().flatten().collect();
    let supplied =
        &["combine", "what a client does next", "start of a client", "command", "return of a client"];
    Suite { id: "10", name: "manager", supplied, checks }
}

/// What calls give.
fn answers() -> Vec<Check> {
    let [a, b] = [1, 2].map(Key::Plain);
    vec![
        Check::visible(
            "answers_one_call",
            Category::Correctness,
            4,
            "what one call has inserted, the next one gets",
            vec![
                serve("1 client: `insert`, then `get`", vec![client().all_at(10, [insert(a), get(a)])])
                    .answers(),
            ],
        ),
        Check::visible(
            "answers_each_kind_of_call",
            Category::Correctness,
            16,
            "each call does to the dict what its name says, whatever the key and the value",
            vec![
                serve("1 client: each kind of call on 2 keys", vec![client().all_at(10, each_kind(a, b))])
                    .answers(),
                serve(
                    "1 client: 60 calls by chance, on 4 keys",
                    vec![client().all_at(10, by_chance(60, 4, 10))],
                )
                .answers(),
                serve(
                    "odd keys: empty, with newlines, zeros, spaces, …",
                    vec![client().all_at(10, on_odd_keys())],
                )
                .answers(),
                serve(
                    "2 keys of 1 MiB, which differ in the last character",
                    vec![client().all_at(10, on_long_keys(MIB))],
                )
                .answers(),
                serve(
                    "keys of 255, 256, 65,535 and 65,536 characters",
                    vec![client().all_at(10, on_lengths())],
                )
                .answers(),
                serve("values of 0 and `u64::MAX`", vec![client().all_at(10, least_and_greatest(a, b))])
                    .answers(),
            ],
        ),
        Check::visible(
            "answers_the_right_caller",
            Category::Correctness,
            16,
            "each call returns its own result to its own caller",
            vec![
                serve("8 clients, each with a key of its own", each_its_own(8, 4)).answers(),
                serve("8 clients, and all wait for one update", all_behind_one(8)).answers_each_its_own(),
                serve(
                    "1 client, 4 threads: 3 call while an update of the first takes 50 ticks",
                    vec![threads_behind_one(4)],
                )
                .answers(),
                serve(
                    "1 client, 4 threads on its proxy at the same moment, 40 rounds",
                    vec![client().burst_at(10, 4, 40)],
                )
                .answers_each_its_own(),
                serve(
                    "2 clients, 8 threads each, 20 rounds",
                    vec![client().burst_at(10, 8, 20), client().burst_at(10, 8, 20)],
                )
                .answers_each_its_own(),
            ],
        ),
    ]
}

/// What clients have of each other.
#[expect(clippy::too_many_lines, reason = "a table: one row for each check")]
fn together() -> Vec<Check> {
    let [a, b, c] = [1, 2, 3].map(Key::Plain);
    vec![
        Check::visible(
            "updates_in_one_step",
            Category::Correctness,
            12,
            "nothing happens to a key between what `combine` was given and what it returned",
            vec![
                serve("4 clients update one key, `combine` takes 10 ticks", all_update(4, 2, 10))
                    .updates_in_one_step(),
                serve(
                    "2 clients, 3 threads each, update one key, `combine` takes 10 ticks",
                    vec![
                        client()
                            .at(10, insert(a))
                            .at(20, update(a).taking(10))
                            .thread()
                            .at(22, update(a).taking(10))
                            .thread()
                            .at(24, update(a).taking(10)),
                        client()
                            .at(21, update(a).taking(10))
                            .thread()
                            .at(23, update(a).taking(10))
                            .thread()
                            .at(90, get(a)),
                    ],
                )
                .updates_in_one_step(),
                serve("2 clients update one key, `combine` takes very long", all_update(2, 1, 1_000_000))
                    .patient()
                    .updates_in_one_step(),
                serve(
                    "a value is inserted while `combine` runs for its key",
                    vec![
                        client().at(10, insert(a)).at(20, update(a).taking(50)).at(90, get(a)),
                        client().at(30, insert(a)).at(91, get(a)),
                    ],
                )
                .updates_in_one_step(),
                serve(
                    "a key is removed while `combine` runs for it",
                    vec![
                        client().at(10, insert(a)).at(20, update(a).taking(50)).at(90, get(a)).at(92, len()),
                        client().at(30, remove(a)).at(91, get(a)),
                    ],
                )
                .updates_in_one_step(),
                serve(
                    "others get, update and count while `combine` runs",
                    vec![
                        client()
                            .all_at(10, [insert(a), insert(b)])
                            .at(20, update(a).taking(50))
                            .at(90, get(b)),
                        client().at(30, get(a)).at(91, get(a)),
                        client().at(31, update(b).taking(5)),
                        client().at(32, len()),
                    ],
                )
                .updates_in_one_step(),
                serve(
                    "one counts while `combine` runs, and another one removes and inserts",
                    count_while_keys_change(8, 4),
                )
                .updates_in_one_step(),
            ],
        ),
        Check::visible(
            "serves_clients_at_once",
            Category::Speedup,
            16,
            "all clients are served at the same time: one that is silent or slow holds up nobody",
            vec![
                serve(
                    "client 0 thinks for 1,000 ticks between calls, 2 others for 10",
                    vec![steady(1_000, 2, 10), steady(10, 12, 11), steady(10, 12, 12)],
                )
                .serves_at_once(),
                serve(
                    "3 clients: the first one never makes a call, and ends last",
                    vec![client().until(1_000), steady(20, 5, 11), steady(20, 5, 12)],
                )
                .serves_at_once(),
                serve(
                    "3 clients: the last one never makes a call, and ends last",
                    vec![steady(20, 5, 11), steady(20, 5, 12), client().until(1_000)],
                )
                .serves_at_once(),
                serve("16 clients: 10 silent ones, then 6 that make calls", silent_then_busy(10, 6))
                    .serves_at_once(),
                serve("64 clients: 60 silent ones, then 4 that make calls", silent_then_busy(60, 4))
                    .serves_at_once(),
                serve(
                    "2 clients take turns, the second one begins",
                    vec![
                        client().at(20, insert(a)).at(40, get(b)).at(60, get(a)),
                        client().at(10, insert(b)).at(12, get(b)).at(30, get(a)).at(50, remove(b)),
                    ],
                )
                .serves_at_once(),
            ],
        ),
        Check::visible(
            "sees_what_others_wrote",
            Category::Ordering,
            12,
            "when a call has returned, every call that begins later sees what it did",
            vec![
                serve("2 clients: one changes a key, the other looks, again and again", changes_and_looks(a))
                    .answers(),
                serve("2 clients: whatever one does, the other goes on from", each_goes_on(a, b)).answers(),
                serve("4 clients: 12 calls each by chance, on 3 keys", all_by_chance(4, 12, 3, 20)).answers(),
                serve(
                    "a client that comes late finds what was there before",
                    vec![
                        client().all_at(10, [insert(a), insert(b), insert(c), remove(b)]),
                        client().all_at(100, [len(), get(a), get(b), get(c)]),
                    ],
                )
                .answers(),
            ],
        ),
        Check::visible(
            "passes_errors_back",
            Category::Robustness,
            6,
            "an error is its caller's alone, names the key, and everything goes on",
            vec![
                serve(
                    "1 client: `remove` and `update` of a key that is not there",
                    vec![client().all_at(10, errors(a, b))],
                )
                .updates_in_one_step(),
                serve("errors with odd keys", vec![client().all_at(10, errors_on_odd_keys())]).answers(),
                serve(
                    "one client makes mistakes, another one does not",
                    vec![
                        client().at(10, remove(a)).at(30, update(a)).at(50, get(b)),
                        client().at(20, insert(b)).at(40, get(b)).at(60, remove(b)),
                    ],
                )
                .answers(),
            ],
        ),
    ]
}

/// How it ends.
#[expect(clippy::too_many_lines, reason = "a table: one row for each check")]
fn endings() -> Vec<Check> {
    let [a, b] = [1, 2].map(Key::Plain);
    let other = || steady(10, 6, 7);
    vec![
        Check::visible(
            "survives_a_dead_client",
            Category::Robustness,
            6,
            "a client that ends early is only missing: what it had finished saying counts, half a call does nothing",
            vec![
                serve(
                    "3 clients: one exits with 3 before its first call",
                    vec![other(), client().dies(10, Death::Exit(3)), other()],
                )
                .survives(),
                serve(
                    "3 clients: the first one is killed between two calls",
                    vec![
                        client().at(10, insert(a)).dies(25, Death::Kill),
                        other(),
                        client().at(40, get(a)).at(50, remove(a)),
                    ],
                )
                .survives(),
                serve(
                    "3 clients: one aborts, and one exits with 0 in the middle",
                    vec![
                        client().at(10, insert(a)).dies(20, Death::Abort),
                        client().at(30, insert(b)).dies(30, Death::Exit(0)),
                        client().at(40, get(a)).at(50, len()),
                    ],
                )
                .survives(),
                serve(
                    "2 clients: `body` of the first one panics",
                    vec![client().at(10, insert(a)).panics(20), client().at(30, get(a))],
                )
                .survives(),
                serve(
                    "a client is killed while `combine` runs for it",
                    vec![
                        client()
                            .at(10, insert(a))
                            .at(20, update(a).taking(50))
                            .thread()
                            .dies(40, Death::Kill),
                        client().at(100, get(a)).at(110, update(a)).at(120, get(a)),
                    ],
                )
                .survives(),
                serve(
                    "a client is killed in the middle of a call with a key of 1 MiB",
                    vec![
                        client().at(10, insert(a)).cut_at(20, insert(Key::Long(MIB, 1)), MIB / 2 + 7),
                        client().at(30, len()).at(40, get(Key::Long(MIB, 1))).at(50, get(a)),
                    ],
                )
                .survives(),
                serve("clients are killed after 1, 2, 3, … bytes of an `insert`", cut_short(1..=8, a))
                    .survives(),
                serve("clients are killed after 9, 10, 11, … bytes of an `insert`", cut_short(9..=16, a))
                    .survives(),
                serve("clients are killed after 17, 18, 19, … bytes of an `insert`", cut_short(17..=24, a))
                    .survives(),
            ],
        ),
        Check::visible(
            "tells_when_it_is_gone",
            Category::Robustness,
            4,
            "where the manager panics, the proxies give `Gone`, for good, and nobody waits forever",
            vec![
                serve(
                    "`combine` panics for one of 4 clients",
                    vec![
                        client().at(10, insert(a)).at(20, update(a).panicking()).at(30, get(a)).at(40, len()),
                        client()
                            .at(12, get(a))
                            .at(50, get(a))
                            .at(60, insert(Key::Long(MIB, 1)))
                            .at(70, get(Key::Long(MIB, 2))),
                        client().at(14, insert(b)).at(55, remove(b)),
                        client().until(200),
                    ],
                )
                .tells(),
                serve(
                    "`combine` takes 50 ticks and panics; 2 updates wait for it",
                    vec![
                        client().at(10, insert(a)).at(20, update(a).taking(50).panicking()).at(90, get(a)),
                        client().at(30, update(a).taking(5)).at(91, get(a)),
                        client().at(31, update(a).taking(5)).at(92, insert(b)),
                    ],
                )
                .tells(),
                serve(
                    "`command(2)` panics, and 2 clients run",
                    vec![
                        client().at(10, insert(a)).at(70, get(a)).at(80, get(a)),
                        client().at(20, get(a)).until(300),
                        client(),
                        client(),
                    ],
                )
                .but(Fails::Command(2))
                .tells(),
                serve(
                    "client 1 can't be started, and client 0 runs",
                    vec![client().at(10, insert(a)).at(70, get(a)).at(80, update(a)), client()],
                )
                .but(Fails::Program(1))
                .tells(),
            ],
        ),
        Check::visible(
            "ends_with_its_clients",
            Category::Robustness,
            6,
            "the call returns when all clients have ended: the dict as it is then, and how each ended",
            vec![
                serve("no clients", vec![]).ends(),
                serve("1 client that makes no call", vec![client()]).ends(),
                serve(
                    "4 clients that end in reverse, each in another way",
                    vec![
                        client().at(10, insert(a)).until(400),
                        client().at(20, insert(b)).dies(300, Death::Exit(7)),
                        client().at(30, insert(Key::Plain(3))).dies(200, Death::Kill),
                        client().at(40, remove(b)).at(50, insert(Key::Plain(4))).until(100),
                    ],
                )
                .ends(),
                serve(
                    "3 clients, the last calls come from the first one",
                    vec![
                        client().at(10, insert(a)).at(500, update(a)).at(510, insert(b)),
                        client().at(20, insert(b)),
                        client().at(30, remove(b)),
                    ],
                )
                .ends(),
                serve(
                    "1 client with 300 keys, and then it counts them",
                    vec![client().all_at(10, (0..300).map(|key| insert(Key::Plain(key))).chain([len()]))],
                )
                .ends(),
            ],
        ),
        Check::visible(
            "waits_asleep",
            Category::Robustness,
            1,
            "waiting sleeps until the event, in all processes",
            vec![
                serve(
                    "2 silent clients, and one that makes calls",
                    vec![client().until(300), steady(50, 5, 7), client().until(600)],
                )
                .asleep(),
                serve("`combine` takes 500 ticks, and 2 clients wait", all_update(2, 1, 500)).asleep(),
                serve(
                    "1 client, 4 threads: 3 call while an update of the first takes 50 ticks",
                    vec![threads_behind_one(4)],
                )
                .asleep(),
            ],
        ),
        Check::visible(
            "can_be_called_again",
            Category::Robustness,
            1,
            "each call has a dict and clients of its own",
            vec![
                serve("two calls, one after the other", each_its_own(2, 2)).and(0, each_its_own(2, 2)).ends(),
                serve("two calls at the same time", each_its_own(3, 3)).and(1, each_its_own(3, 3)).ends(),
            ],
        ),
    ]
}
