//! Real work: what the supplied function does where a program is measured and not judged.
//!
//! Invariant: how much is done and what comes out follow from the input alone, so that whoever did all of the work has the
//! same results, and nobody who left some of it out has them by chance.

use std::hint::black_box;

use crate::wire::{Burn, Payload, Work};

/// One call of the supplied work.
pub(super) fn work(burn: Burn, work: &Work) -> Payload {
    if work.kind != burn.kind {
        return Payload::default();
    }
    // Each turn needs the number of the one before: nothing here can be skipped, or done several at a time.
    let number = (0..burn.turns).fold(work.key, |number, turn| {
        black_box((number ^ turn).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23))
    });
    Payload::of([number])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: u16, key: u64, turns: u64) -> Payload {
        work(Burn { kind: 1, turns }, &Work { kind, key, input: Payload::default() })
    }

    #[test]
    fn the_result_follows_from_the_input_and_from_all_of_the_work() {
        assert_eq!(of(1, 7, 1_000), of(1, 7, 1_000));
        assert_ne!(of(1, 7, 1_000), of(1, 8, 1_000));
        assert_ne!(of(1, 7, 1_000), of(1, 7, 999));
    }

    #[test]
    fn another_function_does_nothing() {
        assert_eq!(of(0, 7, u64::MAX), Payload::default());
    }
}
