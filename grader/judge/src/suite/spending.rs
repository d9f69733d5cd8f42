//! The CPU time that all runs of a program may waste together.
//!
//! Each run may take what is fair for its scenario ([`Scenario::fair_cpu`]); what it takes beyond that comes out of one purse. An answer
//! that waits asleep wastes nothing, on a machine that is dozens of times slower than today's too: it never opens the purse. One that
//! spins, or never ends, in run after run empties it, and is not played any further: so much is proof, whatever it does.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::scenario::Scenario;

/// What all runs of a program may waste together.
const PURSE: Duration = Duration::from_secs(20);

#[derive(Debug, Default)]
pub(super) struct Spending(Mutex<Duration>);

impl Spending {
    /// What a run of this scenario may use; `None` where nothing is left to waste.
    pub(super) fn left(&self, scenario: &Scenario) -> Option<Duration> {
        let wasted = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = PURSE.checked_sub(wasted).filter(|left| !left.is_zero())?;
        Some(scenario.fair_cpu() + left)
    }

    /// A run of this scenario has used so much.
    pub(super) fn used(&self, scenario: &Scenario, cpu: Duration) {
        let mut wasted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *wasted += cpu.saturating_sub(scenario.fair_cpu());
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

    #[test]
    fn what_is_fair_is_never_used_up_and_what_is_wasted_is_soon() {
        let (scenario, spending) = (scenario(), Spending::default());
        let runs = |cpu| {
            let spending = &spending;
            (0..1_000).take_while(|_| spending.left(&scenario).is_some()).map(move |_| cpu)
        };
        // A run of 100 inputs takes some 15 ms: thirty times as much is fair.
        let fair = runs(Duration::from_millis(450)).inspect(|cpu| spending.used(&scenario, *cpu)).count();
        assert_eq!(fair, 1_000);
        let wasteful = runs(Duration::from_secs(2)).inspect(|cpu| spending.used(&scenario, *cpu)).count();
        assert_eq!(wasteful, 15, "1.4 s of each are wasted");
        assert_eq!(spending.left(&scenario), None);
    }

    #[test]
    fn no_run_may_waste_more_than_is_left() {
        let (scenario, spending) = (scenario(), Spending::default());
        spending.used(&scenario, scenario.fair_cpu() + Duration::from_secs(18));
        assert_eq!(spending.left(&scenario), Some(scenario.fair_cpu() + Duration::from_secs(2)));
    }
}
