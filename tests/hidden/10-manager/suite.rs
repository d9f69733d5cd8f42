//! Exercise 10, manager: other calls by chance, other ends, and other moments.

use super::visible;

use crate::Exercise;
use judge::processes::Death;
use judge::suite::{Case, Suite};
use visible::{
    Client, Fails, Key, MIB, all_by_chance, all_update, by_chance, client, cut_short, each_its_own, get,
    insert, len, on_long_keys, remove, serve, silent_then_busy, steady, update,
};

#[cfg(test)]
mod orders;

/// What the grader is told of this exercise. There is nothing to measure with real work: no client works.
pub(crate) const EXERCISE: Exercise =
    Exercise { suite, visible: visible::suite, scaling: None, workload: None };

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    let chance = Chance(seed);
    suite.extend(
        "answers_each_kind_of_call",
        [
            serve(
                "1 client: 80 calls by chance, on 6 keys",
                vec![client().all_at(10, by_chance(80, 6, chance.below(1, 1 << 20)))],
            )
            .answers(),
            serve("2 keys of 100,000 characters", vec![client().all_at(10, on_long_keys(100_000))]).answers(),
        ],
    );
    suite.extend(
        "answers_the_right_caller",
        [
            serve("4 clients, each with a key of its own", each_its_own(4, 3)).answers(),
            serve(
                "1 client, 6 threads on its proxy at the same moment, 30 rounds",
                vec![client().burst_at(10, 6, 30)],
            )
            .answers_each_its_own(),
        ],
    );
    suite.extend(
        "updates_in_one_step",
        [serve("6 clients update one key, `combine` takes 25 ticks", all_update(6, 1, 25))
            .updates_in_one_step()],
    );
    suite.extend(
        "serves_clients_at_once",
        [
            serve("8 clients: 5 silent ones, then 3 that make calls", silent_then_busy(5, 3))
                .serves_at_once(),
            serve(
                "4 clients, each at its own pace",
                (0..4).map(|number| steady(7 + chance.below(number, 40), 6, 10 + number)).collect(),
            )
            .serves_at_once(),
        ],
    );
    suite.extend(
        "sees_what_others_wrote",
        [serve(
            "3 clients: 15 calls each, other ones by chance, on 3 keys",
            all_by_chance(3, 15, 3, chance.below(2, 1 << 20)),
        )
        .answers()],
    );
    suite.extend("survives_a_dead_client", deaths(chance));
    suite.extend("tells_when_it_is_gone", [gone()]);
    suite.extend(
        "ends_with_its_clients",
        [serve(
            "5 clients; each exits with a code of its own",
            (0..5).map(|number| exits(number, chance)).collect(),
        )
        .ends()],
    );
    suite
}

/// Numbers that look like chance: the same for the same seed.
#[derive(Clone, Copy)]
struct Chance(u64);

impl Chance {
    fn below(self, nth: u64, limit: u64) -> u64 {
        let mixed =
            (self.0 ^ (nth + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed >> 33) % limit
    }
}

/// A client that exits with some code.
fn exits(number: u64, chance: Chance) -> Client {
    let code = i32::try_from(chance.below(20 + number, 250)).unwrap_or(0);
    client()
        .at(10 + number, insert(Key::Plain(number)))
        .dies(30 + chance.below(30 + number, 100), Death::Exit(code))
}

/// Clients that end early.
fn deaths(chance: Chance) -> Vec<Case> {
    let (key, long) = (Key::Plain(1), Key::Long(MIB, 5));
    let bytes = 1 + chance.below(40, 500_000);
    vec![
        serve(
            "a client is killed somewhere in a call with a key of 1 MiB",
            vec![
                client().at(10, insert(key)).cut_at(20, insert(long), bytes),
                client().at(30, len()).at(40, get(long)).at(50, remove(key)),
            ],
        )
        .survives(),
        serve("clients are killed after 25, 26, 27, … bytes of an `insert`", cut_short(25..=32, key))
            .survives(),
        serve(
            "a client is killed in the middle of an `update`, and of a `remove`",
            vec![
                client().at(10, insert(key)).at(100, get(key)).at(110, len()),
                client().cut_at(20, update(key), 3),
                client().cut_at(30, remove(key), 3),
            ],
        )
        .survives(),
    ]
}

/// A manager that panics for the last client.
fn gone() -> Case {
    let key = Key::Plain(1);
    serve(
        "`command(3)` panics, and 3 clients run",
        vec![
            client().at(10, insert(key)).at(70, get(key)).at(71, remove(key)),
            client().at(20, get(key)).at(90, len()),
            client().until(200),
            client(),
        ],
    )
    .but(Fails::Command(3))
    .tells()
}
