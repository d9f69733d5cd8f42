//! The promises of `Bank`, and what puts them to the proof.
//!
//! [`suite`] holds the visible cases. [`Scene`] makes further ones. What is done to a balance is supplied work, so the judge holds threads
//! exactly where a race or a deadlock would be.

mod ledger;
mod scene;
mod serial;
mod stuck;

use judge::scenario::Dice;
use judge::suite::{Case, Category, Check, Suite};

pub(crate) use scene::Scene;

/// The visible suite.
pub(crate) fn suite() -> Suite {
    use Category::{Correctness, Robustness, Speedup};
    Suite {
        id: "12",
        name: "account-locks",
        supplied: &["change", "amount", "update", "transfer", "total"],
        checks: vec![
            Check::visible(
                "updates_an_account",
                Correctness,
                4,
                "an update gives the closure the balance, and keeps what that gives",
                vec![
                    Scene::new("1 account, twice", &[100])
                        .update(0, 0, 5, 70)
                        .update(0, 0, 5, 130)
                        .happens_serially(),
                    Scene::new("2 threads in turn", &[100, 50])
                        .update(0, 1, 5, 70)
                        .update(1, 1, 5, 20)
                        .update(0, 0, 5, 10)
                        .update(1, 1, 5, 30)
                        .happens_serially(),
                ],
            ),
            Check::visible("loses_no_update", Correctness, 14, "no update gets lost", no_update_lost()),
            Check::visible(
                "moves_money",
                Correctness,
                6,
                "a transfer moves the amount, or nothing if there is too little",
                moves(),
            ),
            Check::visible(
                "decides_on_what_is_there",
                Correctness,
                14,
                "a transfer decides on the balances that are there when it moves the money",
                decides(),
            ),
            Check::visible(
                "never_deadlocks",
                Robustness,
                18,
                "all operations come to an end, in whatever direction money goes",
                no_deadlock(),
            ),
            Check::visible(
                "strangers_do_not_wait",
                Speedup,
                18,
                "operations that share no account never wait for each other",
                strangers(),
            ),
            Check::visible(
                "totals_are_of_one_moment",
                Correctness,
                12,
                "a total is the sum of all balances at one moment",
                totals(),
            ),
            Check::visible(
                "a_panic_locks_nobody_out",
                Robustness,
                10,
                "after a panic in a closure the balances are as before, and the accounts can be used",
                panics(),
            ),
            Check::visible(
                "waits_asleep",
                Robustness,
                4,
                "waiting sleeps: no busy loops, no polling, no pauses",
                vec![
                    together(3).waits_asleep(),
                    behind_a_third([1, 0], [0, 1]).waits_asleep(),
                    while_one_is_held().waits_asleep(),
                ],
            ),
        ],
    }
}

/// So many update one account at the same time.
pub(crate) fn together(drivers: u16) -> Scene {
    let label = format!("{drivers} update one account at the same time");
    (0..drivers).fold(Scene::new(&label, &[1_000, 5]), |scene, driver| {
        scene.update(driver, 0, 50, 2_000 + u64::from(driver))
    })
}

fn no_update_lost() -> Vec<Case> {
    vec![
        together(3).happens_serially(),
        Scene::new("the same account of 2 banks", &[100, 100])
            .update(0, 0, 50, 60)
            .other()
            .update(1, 0, 50, 70)
            .update(2, 0, 10, 80)
            .other()
            .update(3, 0, 10, 90)
            .waits_for_no_stranger(),
    ]
}

fn moves() -> Vec<Case> {
    let read = |scene: Scene, account: u64, balance: u64| scene.update(0, account, 0, balance);
    let there = Scene::new("to another account: some, all, and one more", &[100, 20, 7])
        .transfer(0, [0, 1], 5, 60)
        .transfer(0, [1, 0], 5, 81)
        .transfer(0, [1, 2], 5, 80)
        .transfer(1, [0, 2], 5, 41)
        .transfer(1, [0, 1], 5, 40);
    let itself = Scene::new("to itself: some, all, and one more", &[100, 20])
        .transfer(0, [0, 0], 5, 30)
        .transfer(0, [0, 0], 5, 100)
        .transfer(0, [0, 0], 5, 101)
        .transfer(0, [1, 0], 5, 20);
    let none = Scene::new("nothing, and everything that a number can be", &[100, 20])
        .transfer(0, [0, 1], 5, 0)
        .transfer(0, [0, 1], 5, u64::MAX)
        .transfer(0, [1, 1], 5, u64::MAX);
    vec![
        read(read(read(there, 0, 1), 1, 2), 2, 3).happens_serially(),
        read(read(itself, 0, 1), 1, 2).happens_serially(),
        read(read(none, 0, 1), 1, 2).happens_serially(),
    ]
}

fn decides() -> Vec<Case> {
    let mut cases = written_down();
    cases.extend((0..4).map(random));
    cases
}

/// Updates and transfers by chance over 6 accounts.
pub(crate) fn random(seed: u64) -> Case {
    let mut dice = Dice::new(seed);
    let mut scene = Scene::new(&format!("6 accounts, 30 operations by chance, seed {seed}"), &[100; 6]);
    for _ in 0..30 {
        let driver = u16::try_from(dice.below(8)).unwrap_or_default();
        let from = dice.below(6);
        let to = (from + 1 + dice.below(5)) % 6;
        let (ticks, amount) = (dice.below(40), dice.below(120));
        scene = if dice.below(3) == 0 {
            scene.update(driver, from, ticks, amount)
        } else {
            scene.transfer(driver, [from, to], ticks, amount)
        };
    }
    scene.happens_serially()
}

fn written_down() -> Vec<Case> {
    vec![
        Scene::new("2 transfers of 60 from an account of 100", &[100, 0, 0])
            .transfer(0, [0, 1], 50, 60)
            .transfer(1, [0, 2], 50, 60)
            .update(2, 1, 10, 500)
            .update(3, 0, 10, 5)
            .happens_serially(),
        Scene::new("2 transfers to one account, and one from there", &[100, 100, 0])
            .transfer(0, [0, 2], 50, 60)
            .transfer(1, [1, 2], 50, 70)
            .transfer(2, [2, 0], 10, 130)
            .update(3, 2, 10, 5)
            .happens_serially(),
        Scene::new("an update while a transfer comes to both its accounts", &[50, 50])
            .update(0, 1, 60, 10)
            .transfer(1, [1, 0], 10, 20)
            .update(2, 0, 10, 30)
            .happens_serially(),
        Scene::new("an update and another transfer come while an account is both", &[50, 50])
            .transfer(0, [0, 0], 100, 10)
            .update(1, 0, 10, 90)
            .transfer(2, [0, 0], 10, 20)
            .happens_serially(),
    ]
}

/// Behind an update of account 1, two transfers.
fn behind_a_third(first: [u64; 2], second: [u64; 2]) -> Scene {
    let named = |[from, to]: [u64; 2]| format!("{from} to {to}");
    let label = format!("account 1 is held: {}, then {}", named(first), named(second));
    Scene::new(&label, &[100, 100])
        .update(0, 1, 100, 90)
        .transfer(1, first, 10, 10)
        .transfer(2, second, 10, 20)
}

/// A circle of so many transfers, behind updates of all accounts.
pub(crate) fn ring(accounts: u16) -> Scene {
    let label = format!("{accounts} transfers in a circle");
    let held = (0..accounts).fold(Scene::new(&label, &vec![100; accounts.into()]), |scene, account| {
        scene.update(account, account.into(), 200, 100 + u64::from(account))
    });
    (0..accounts).fold(held, |scene, from| {
        let to = (from + 1) % accounts;
        scene.transfer(accounts + from, [from.into(), to.into()], 10, 10)
    })
}

fn no_deadlock() -> Vec<Case> {
    let (up, down) = ([0, 1], [1, 0]);
    let zero_is_held = |first, second, label: &str| {
        Scene::new(label, &[100, 100])
            .update(0, 0, 100, 90)
            .transfer(1, first, 10, 10)
            .transfer(2, second, 10, 20)
            .happens_serially()
    };
    vec![
        behind_a_third(down, up).happens_serially(),
        behind_a_third(up, down).happens_serially(),
        zero_is_held(up, down, "account 0 is held: 0 to 1, then 1 to 0"),
        zero_is_held(down, up, "account 0 is held: 1 to 0, then 0 to 1"),
        ring(3).happens_serially(),
        ring(5).happens_serially(),
        far_both_ways().happens_serially(),
        Scene::new("to itself, while others use the account", &[100, 100])
            .update(0, 0, 50, 90)
            .transfer(1, [0, 0], 10, 0)
            .transfer(2, [1, 0], 10, 10)
            .happens_serially(),
        Scene::new("totals and transfers both ways", &[100, 100, 100])
            .update(0, 1, 100, 90)
            .transfer(1, [0, 2], 10, 10)
            .total(2)
            .transfer(3, [2, 0], 10, 10)
            .transfer(4, [1, 0], 10, 10)
            .transfer(5, [0, 1], 10, 10)
            .happens_serially(),
        Scene::new("a total between two transfers, the first account is held", &[100, 100, 100])
            .update(0, 0, 100, 90)
            .transfer(1, [2, 0], 10, 10)
            .total(2)
            .transfer(3, [0, 2], 10, 10)
            .happens_serially(),
        Scene::new("a total between two transfers, the last account is held", &[100, 100, 100])
            .update(0, 2, 100, 90)
            .transfer(1, [2, 0], 10, 10)
            .total(2)
            .transfer(3, [0, 2], 10, 10)
            .happens_serially(),
        Scene::new("a total while an update and a transfer to itself wait for one account", &[100, 100])
            .update(0, 0, 100, 90)
            .update(1, 0, 10, 70)
            .transfer(2, [0, 0], 10, 10)
            .total(3)
            .happens_serially(),
    ]
}

/// Transfers both ways between accounts whose numbers are alike: in their last bits, or cut to a byte. Both accounts of each are held.
fn far_both_ways() -> Scene {
    let pairs = [[0, 64], [1, 129], [2, 258]];
    let scene = Scene::new("both ways between accounts that are 64, 128 and 256 apart", &[100; 300]);
    pairs.into_iter().zip((0..).step_by(4)).fold(scene, |scene, ([low, high], driver)| {
        scene
            .update(driver, low, 300, 90)
            .update(driver + 1, high, 300, 90)
            .transfer(driver + 2, [low, high], 10, 10)
            .transfer(driver + 3, [high, low], 10, 20)
    })
}

/// Pairs that share nothing, all at work at the same time; each next account of a pair is so far away.
pub(crate) fn pairs(number: u64, distance: u64) -> Scene {
    let label = format!("{number} pairs of accounts that are {distance} apart");
    let accounts = usize::try_from(2 * number).expect("it is small");
    let mut free: Vec<u64> = (0..2 * number).collect();
    let mut scene = Scene::new(&label, &vec![100; accounts]);
    let mut driver = 0;
    while let Some(&from) = free.first() {
        let Some(&to) = free.iter().find(|&&to| to >= from + distance).or(free.get(1)) else { break };
        free.retain(|account| ![from, to].contains(account));
        scene = scene.transfer(driver, [from, to], 10_000, 10);
        driver += 1;
    }
    scene
}

/// One holds an account, another one waits for it, and a stranger comes.
fn while_one_is_held() -> Scene {
    Scene::new("a stranger comes while one waits", &[100; 6])
        .update(0, 1, 200, 90)
        .transfer(1, [0, 1], 10, 10)
        .transfer(2, [2, 3], 50, 20)
        .transfer(3, [5, 4], 10, 20)
        .update(4, 4, 10, 20)
}

fn strangers() -> Vec<Case> {
    vec![
        pairs(2, 1).waits_for_no_stranger(),
        pairs(4, 2).waits_for_no_stranger(),
        while_one_is_held().waits_for_no_stranger(),
        Scene::new("a stranger comes while one waits for the second of its accounts", &[100; 4])
            .update(0, 0, 200, 90)
            .transfer(1, [1, 0], 10, 10)
            .update(2, 2, 10, 20)
            .transfer(3, [3, 2], 10, 20)
            .waits_for_no_stranger(),
        Scene::new("2 strangers wait for the same transfer", &[100; 2])
            .transfer(0, [0, 1], 100, 10)
            .update(1, 0, 300, 20)
            .update(2, 1, 300, 20)
            .waits_for_no_stranger(),
        pairs(32, 1).waits_for_no_stranger(),
        pairs(150, 64).waits_for_no_stranger(),
    ]
}

fn totals() -> Vec<Case> {
    let held = |label: &str, first: [u64; 2]| {
        Scene::new(label, &[100; 300]).update(0, 150, 200, 100).total(1).transfer(2, first, 0, 50).transfer(
            3,
            [299, 298],
            0,
            10,
        )
    };
    vec![
        Scene::new("one operation after the other", &[100, 20, 3])
            .total(0)
            .transfer(0, [0, 1], 5, 60)
            .total(1)
            .update(0, 2, 5, 500)
            .total(0)
            .update(1, 1, 5, 30)
            .total(1)
            .other()
            .total(1)
            .sums_up(),
        held("money goes from 0 to 298 during a total of 300 accounts", [0, 298]).sums_up(),
        held("money goes from 298 to 0 during a total of 300 accounts", [298, 0]).sums_up(),
        Scene::new("the last account is held, money moves before it", &[100; 4])
            .update(0, 3, 200, 100)
            .total(1)
            .transfer(2, [0, 1], 0, 50)
            .transfer(4, [2, 1], 0, 50)
            .sums_up(),
        Scene::new("one account is held, and another one changes during a total", &[0, 0])
            .update(0, 1, 200, 50)
            .total(1)
            .update(2, 0, 0, 100)
            .sums_up(),
        Scene::new("no accounts", &[]).total(0).sums_up(),
        large().sums_up(),
    ]
}

/// Numbers that need all of 64 bits: two that overflow an `i64` together, and one that does so when it gets more. No operation changes the
/// sum, for that leaves too little room for whoever adds before he subtracts.
fn large() -> Scene {
    let [quarter, half] = [1 << 62, 1 << 63];
    Scene::new("balances as large as they can be", &[quarter + 1, quarter + 1, half - 1_100])
        .total(0)
        .transfer(0, [1, 2], 5, 1_103)
        .transfer(1, [2, 0], 5, 6)
        .transfer(0, [2, 1], 5, half - 3)
        .total(1)
}

fn panics() -> Vec<Case> {
    let after = |scene: Scene| {
        scene.update(1, 0, 5, 90).transfer(2, [0, 1], 5, 10).transfer(1, [1, 0], 5, 20).update(0, 1, 5, 7)
    };
    vec![
        after(Scene::new("an update panics", &[100, 50]).bad_update(0, 0, 5)).happens_serially(),
        after(Scene::new("a transfer panics", &[100, 50]).bad_transfer(0, [0, 1], 5)).happens_serially(),
        after(Scene::new("a transfer to itself panics", &[100, 50]).bad_transfer(0, [1, 1], 5))
            .happens_serially(),
        after(Scene::new("an update panics while others wait", &[100, 50]).bad_update(0, 0, 100))
            .happens_serially(),
        Scene::new("a transfer panics, then a total", &[100, 50])
            .bad_transfer(0, [1, 0], 5)
            .total(1)
            .total(0)
            .sums_up(),
        Scene::new("an update panics, and nobody comes any more but those who wait", &[100, 50])
            .bad_update(0, 0, 100)
            .update(1, 0, 5, 90)
            .transfer(2, [0, 1], 5, 10)
            .other()
            .bad_update(3, 0, 100)
            .total(4)
            .sums_up(),
        Scene::new("a transfer panics, and nobody comes any more but those who wait", &[100, 50])
            .bad_transfer(0, [0, 1], 100)
            .update(1, 0, 5, 90)
            .update(2, 1, 5, 10)
            .other()
            .bad_transfer(3, [0, 0], 100)
            .update(4, 0, 5, 80)
            .happens_serially(),
        Scene::new("an update panics, then a transfer from the account to itself", &[100, 50])
            .bad_update(0, 0, 5)
            .transfer(1, [0, 0], 5, 10)
            .happens_serially(),
    ]
}
