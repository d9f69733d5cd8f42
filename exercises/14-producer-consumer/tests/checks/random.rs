//! Scripts by chance, from a seed. Which of several that wait goes on is left open, so each driver has steps that it can take whenever it
//! is back: it only puts, or only gets, and in all as many items are put as got.

use judge::scenario::Dice;

use super::scene::Scene;

/// Steps that are drawn.
const STEPS: usize = 40;
/// The driver that only closes.
const CLOSER: u16 = 0;
/// Those that put, and those that get.
const PUTTERS: u16 = 2;
const GETTERS: u16 = 3;

/// A script that follows from the seed.
pub(crate) fn random(label: &str, seed: u64, capacity: usize) -> Scene {
    let mut dice = Dice::new(seed);
    let (putter, getters) = (CLOSER + 1, CLOSER + 1 + PUTTERS..CLOSER + 1 + PUTTERS + GETTERS);
    // Somebody waits for the first item.
    let mut scene = Scene::new(label, capacity).get(getters.start).put(putter);
    // How many more items are put than got.
    let mut surplus = 0_i32;
    for _ in 0..STEPS {
        let mut one_of =
            |first: u16, number: u16| first + u16::try_from(dice.below(number.into())).unwrap_or(0);
        let (putter, getter) = (one_of(CLOSER + 1, PUTTERS), one_of(getters.start, GETTERS));
        let (more, next) = match one_of(0, 5) {
            0 | 1 => (1, scene.put(putter)),
            2 | 3 => (-1, scene.get(getter)),
            _ => (2, scene.put_in_a_row(putter, 2)),
        };
        surplus += more;
        scene = next;
    }
    // What a close does to those who wait is for other scenes: here nobody waits any more.
    for step in 0..surplus.unsigned_abs() {
        let getter = getters.start + u16::try_from(step).unwrap_or(0) % GETTERS;
        scene = if surplus > 0 { scene.get(getter) } else { scene.put(putter) };
    }
    scene.close(CLOSER)
}
