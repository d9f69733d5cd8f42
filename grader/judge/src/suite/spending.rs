//! What all runs of a program may waste together: CPU time, real time that its pauses take, and bytes that are kept of its words.
//!
//! Each run may take what is fair for its scenario ([`Scenario::fair_cpu`] and its neighbours); what it takes beyond that comes out of one
//! purse for each. An answer that waits asleep wastes nothing, on a machine that is dozens of times slower than today's too: it never opens
//! one. A program that spins, pauses or never ends in run after run empties it, and is not played any further: so much is proof, whatever it
//! does.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::run::{End, Run};
use crate::scenario::{Limits, Scenario};

/// The CPU time that all runs of a program may waste together.
const CPU: Duration = Duration::from_secs(20);

/// The real time.
const PAUSES: Duration = Duration::from_secs(20);

/// The bytes.
const WORDS: usize = 32 << 20;

#[derive(Debug, Default)]
pub(super) struct Spending(Mutex<Wasted>);

#[derive(Debug, Default)]
struct Wasted {
    cpu: Duration,
    pauses: Duration,
    words: usize,
}

impl Spending {
    /// The limits of a run of this scenario with what is left to waste.
    ///
    /// # Errors
    /// How a run has ended by now, where there is nothing left.
    pub(super) fn left(&self, scenario: &Scenario, limits: Limits) -> Result<Limits, End> {
        let wasted = self.wasted();
        let left = |of: Duration, wasted| of.checked_sub(wasted).filter(|left| !left.is_zero());
        let total = scenario.fair_cpu() + left(CPU, wasted.cpu).ok_or(End::Overspends(Vec::new()))?;
        let pauses = left(PAUSES, wasted.pauses).ok_or(End::Dawdles(Vec::new()))?;
        let words = scenario.fair_words() + WORDS.saturating_sub(wasted.words);
        Ok(Limits { total, pauses, words, ..limits })
    }

    /// A run of this scenario has come to this.
    pub(super) fn used(&self, scenario: &Scenario, run: &Run) {
        let mut wasted = self.wasted();
        wasted.cpu += run.cpu.saturating_sub(scenario.fair_cpu());
        wasted.pauses += run.paused;
        wasted.words += run.words.saturating_sub(scenario.fair_words());
    }

    fn wasted(&self) -> MutexGuard<'_, Wasted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Plan;

    fn scenario() -> Scenario {
        let mut plan = Plan::default();
        (0..100).for_each(|key| plan.secret(0, key, 10));
        Scenario::new("100 inputs", Vec::new(), plan)
    }

    /// How many of a thousand runs that come to this are played.
    fn played(run: &Run) -> usize {
        let (scenario, spending) = (scenario(), Spending::default());
        let limits = Limits::default();
        let left = || spending.left(&scenario, limits).is_ok();
        (0..1_000).take_while(|_| left()).inspect(|_| spending.used(&scenario, run)).count()
    }

    #[test]
    fn what_is_fair_is_never_used_up_and_what_is_wasted_is_soon() {
        let of_nothing = Run::of_nothing;
        // A run of 100 inputs takes some 15 ms: thirty times as much is fair.
        assert_eq!(played(&Run { cpu: Duration::from_millis(450), ..of_nothing() }), 1_000);
        let wasteful = Run { cpu: Duration::from_secs(2), ..of_nothing() };
        assert_eq!(played(&wasteful), 15, "1.4 s of each are wasted");
        assert_eq!(played(&Run { paused: Duration::from_secs(9), ..of_nothing() }), 3, "all of it is waste");
    }

    #[test]
    fn no_run_may_waste_more_than_is_left() {
        let (scenario, spending, limits) = (scenario(), Spending::default(), Limits::default());
        let cpu = scenario.fair_cpu() + Duration::from_secs(18);
        let run = Run { cpu, words: 32 << 20, ..Run::of_nothing() };
        spending.used(&scenario, &run);
        let left = spending.left(&scenario, limits).unwrap();
        assert_eq!(left.total, scenario.fair_cpu() + Duration::from_secs(2));
        assert_eq!(left.words, 2 * scenario.fair_words(), "what has been fair so far, and once more");
        spending.used(&scenario, &run);
        assert_eq!(spending.left(&scenario, limits), Err(End::Overspends(Vec::new())));
    }
}
