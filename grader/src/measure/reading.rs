//! From durations to figures, with no clock in it.

use std::time::Duration;

/// A machine on which the reference solution is not faster than this, at the moment, can't tell answers apart.
pub(crate) const TELLING: f64 = 1.2;

/// How far beyond the number of cores a speedup may lie: clocks and cores are not that even.
const ROUNDING: f64 = 1.1;

/// The same work, one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round {
    /// In a row, on one thread.
    pub(super) sequential: Duration,
    /// By the reference solution.
    pub(super) reference: Duration,
    /// By the hand-in.
    pub(super) submission: Duration,
}

/// What rounds say of a hand-in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Reading {
    /// The medians.
    Figures {
        /// In a row, on one thread.
        sequential: Duration,
        /// By the reference solution.
        reference: Duration,
        /// By the hand-in.
        submission: Duration,
    },
    /// The reference solution was not [`TELLING`] times as fast as the same work in a row.
    NoSpeedupHere {
        /// How many times as fast it was.
        reference_speedup: f64,
    },
    /// The reference solution was faster than the cores allow: something else slowed the work in a row down.
    Disturbed {
        /// How many times as fast it was.
        reference_speedup: f64,
    },
}

/// Reads the medians, measured on so many cores: one run that something else got in the way of changes nothing.
#[expect(clippy::cast_precision_loss, reason = "cores are few")]
pub(super) fn of(rounds: &[Round], cores: usize) -> Reading {
    let sequential = median(rounds.iter().map(|round| round.sequential));
    let reference = median(rounds.iter().map(|round| round.reference));
    let reference_speedup = ratio(sequential, reference);
    if reference_speedup < TELLING {
        return Reading::NoSpeedupHere { reference_speedup };
    }
    if reference_speedup > cores as f64 * ROUNDING {
        return Reading::Disturbed { reference_speedup };
    }
    Reading::Figures {
        sequential,
        reference,
        submission: median(rounds.iter().map(|round| round.submission)),
    }
}

/// How many times as fast the second is.
pub(super) fn ratio(of: Duration, to: Duration) -> f64 {
    // No run takes no time; the clock may say so.
    of.as_secs_f64() / to.max(Duration::from_nanos(1)).as_secs_f64()
}

/// So many turns take about `wanted`, where `turns` took `took`.
pub(super) fn scaled(turns: u64, took: Duration, wanted: Duration) -> u64 {
    let scaled = u128::from(turns) * wanted.as_nanos() / took.as_nanos().max(1);
    u64::try_from(scaled).unwrap_or(u64::MAX).max(1)
}

fn median(durations: impl Iterator<Item = Duration>) -> Duration {
    let mut durations: Vec<Duration> = durations.collect();
    durations.sort_unstable();
    durations.get(durations.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn round(sequential: u64, reference: u64, submission: u64) -> Round {
        Round { sequential: ms(sequential), reference: ms(reference), submission: ms(submission) }
    }

    #[test]
    fn one_disturbed_run_of_each_changes_nothing() {
        let rounds = [round(100, 50, 900), round(900, 51, 60), round(101, 900, 61)];
        let figures = Reading::Figures { sequential: ms(101), reference: ms(51), submission: ms(61) };
        assert_eq!(of(&rounds, 2), figures);
    }

    #[test]
    fn where_the_reference_is_no_faster_there_are_no_figures_however_fast_the_hand_in_was() {
        for reference in [84, 100, 150] {
            let reading = of(&[round(100, reference, 10); 5], 2);
            assert!(matches!(reading, Reading::NoSpeedupHere { .. }), "{reading:?}");
        }
        assert!(matches!(of(&[round(100, 83, 100); 5], 2), Reading::Figures { .. }));
    }

    #[test]
    fn a_reference_that_is_faster_than_the_cores_allow_is_no_yardstick_either() {
        let rounds = [round(100, 40, 50); 5];
        assert_eq!(of(&rounds, 2), Reading::Disturbed { reference_speedup: 2.5 });
        assert!(matches!(of(&rounds, 3), Reading::Figures { .. }));
    }

    #[test]
    fn turns_follow_the_time_that_some_of_them_took() {
        assert_eq!(scaled(1_000, ms(50), ms(100)), 2_000);
        assert_eq!(scaled(1_000, Duration::ZERO, Duration::from_nanos(3)), 3_000);
        assert_eq!(scaled(1, ms(500), ms(100)), 1);
    }
}
