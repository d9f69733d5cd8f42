//! Exercise 12, account locks: more accounts, longer circles, and all distances.

use super::visible;

use crate::Exercise;
use judge::scenario::Dice;
use judge::suite::{Case, Suite};
use visible::Scene;

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise =
    Exercise { suite, visible: visible::suite, scaling: None, workload: None };

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    suite.extend("loses_no_update", [visible::together(40).is_serial()]);
    suite.extend("decides_on_what_is_there", (0..3).map(|number| random(seed, number)));
    suite.extend("never_deadlocks", [visible::ring(2).is_serial(), visible::ring(12).is_serial()]);
    suite.extend(
        "strangers_do_not_wait",
        [3, 8, 16, 31, 32].map(|distance| visible::pairs(32, distance).is_prompt()),
    );
    suite.extend("totals_are_of_one_moment", [many()]);
    suite
}

/// Updates and transfers by chance over 6 accounts: at most one of each driver is under way.
fn random(seed: u64, number: u64) -> Case {
    let mut dice = Dice::new(seed.wrapping_add(number));
    let mut scene = Scene::new(&format!("6 accounts, 30 operations by chance, {number}"), &[100; 6]);
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
    scene.is_serial()
}

/// One account of 40 is held while money goes over it in both directions.
fn many() -> Case {
    Scene::new("40 accounts, the one in the middle is held during a total", &[50; 40])
        .update(0, 20, 200, 50)
        .total(1)
        .transfer(2, [3, 30], 0, 10)
        .transfer(3, [35, 5], 0, 10)
        .transfer(4, [39, 0], 0, 10)
        .sums_up()
}
