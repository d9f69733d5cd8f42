//! Durations that attack: each list is built so that one kind of wrong schedule shows.

use std::ops::Range;

use super::Ticks;

/// A short item and a heavy one.
const SHORT: Ticks = 10;
const HEAVY: Ticks = 100;

/// The first input ends last: `length` ticks more than the last one, falling one by one.
#[must_use]
pub fn reversed(length: usize) -> Vec<Ticks> {
    (0..length).map(|i| SHORT + (length - i) as Ticks).collect()
}

/// Different durations in a seeded order.
#[must_use]
pub fn shuffled(length: usize, seed: u64) -> Vec<Ticks> {
    let mut ticks: Vec<Ticks> = (0..length as Ticks).map(|i| SHORT + i).collect();
    fastrand::Rng::with_seed(seed).shuffle(&mut ticks);
    ticks
}

/// Blocks of `block` inputs, falling within a block, the blocks in a seeded order.
#[must_use]
pub fn block_permuted(length: usize, block: usize, seed: u64) -> Vec<Ticks> {
    let mut blocks: Vec<Vec<Ticks>> =
        reversed(length).chunks(block).map(|block| block.iter().rev().copied().collect()).collect();
    fastrand::Rng::with_seed(seed).shuffle(&mut blocks);
    blocks.concat()
}

/// Heavy neighbours: whoever is dealt a whole run of inputs gets all the heavy ones.
#[must_use]
pub fn heavy(length: usize, heavy: Range<usize>) -> Vec<Ticks> {
    (0..length).map(|i| if heavy.contains(&i) { HEAVY } else { SHORT }).collect()
}

/// Every `stride`-th is heavy: whoever is dealt inputs in strides gets all the heavy ones.
#[must_use]
pub fn strided(length: usize, stride: usize) -> Vec<Ticks> {
    (0..length).map(|i| if i % stride == 0 { HEAVY } else { SHORT }).collect()
}

/// One heavy input in each round of `workers`, never at the same place in two rounds that follow each other: rounds wait for
/// it, and strides do not get all of them.
#[must_use]
pub fn one_per_round(length: usize, workers: usize) -> Vec<Ticks> {
    (0..length).map(|i| if i % workers == (i / workers) % workers { HEAVY } else { SHORT }).collect()
}
