//! Pollers that burn CPU time between their naps.
//!
//! A loop that spins and now and then sleeps for a moment is at rest again and again, so the clock moves, and with each move the CPU time
//! that proves a spinning thread is counted from the start. Here it is added up over a run, for threads that wake from short sleeps with
//! nothing to say: one that looks whether something has changed takes microseconds for that.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::watch::Usage;
use crate::scenario::Scenario;
use crate::wire::Tid;

/// CPU time for each wake-up, on average, that is more than a look takes.
const LOOK: Duration = Duration::from_millis(2);

/// CPU time that may go by for each planned call, beside what proves a thread that spins.
const FOR_EACH_CALL: Duration = Duration::from_millis(5);

#[derive(Debug, Default)]
pub(super) struct Burning {
    pollers: BTreeMap<Tid, Burnt>,
    /// Threads that asked or were answered since the clock last moved: what they did meanwhile may have been of use.
    spoke: BTreeSet<Tid>,
}

#[derive(Debug)]
struct Burnt {
    /// How often it had been put on a CPU, and what it had used, when the clock last moved.
    turns: u64,
    usage: Usage,
    /// What it has used with nothing to say.
    cpu: Duration,
    wakes: u64,
}

impl Burning {
    /// A thread asked, or was answered.
    pub(super) fn spoke(&mut self, tid: Tid) {
        self.spoke.insert(tid);
    }

    /// The clock is about to move, and these threads poll: how often each has been put on a CPU, and what it has used since it started.
    /// Those that are known by now to burn.
    pub(super) fn proven(
        &mut self,
        turns: &BTreeMap<Tid, u64>,
        usage: Vec<(Tid, Usage)>,
        scenario: &Scenario,
    ) -> Vec<Tid> {
        let planned = u32::try_from(scenario.plan.of_any_kind()).unwrap_or(u32::MAX);
        let enough = scenario.limits.spin + scenario.limits.freight.cpu + FOR_EACH_CALL * planned;
        let spoke = std::mem::take(&mut self.spoke);
        let mut proven = Vec::new();
        for (tid, usage) in usage {
            let turns = turns.get(&tid).copied().unwrap_or(0);
            let new = || Burnt { turns, usage, cpu: Duration::ZERO, wakes: 0 };
            let burnt = self.pollers.entry(tid).or_insert_with(new);
            if !spoke.contains(&tid) {
                burnt.cpu += usage.cpu.saturating_sub(burnt.usage.cpu);
                // Those apart that it did not end by going to sleep.
                let unslept = usage.turns.saturating_sub(burnt.usage.turns);
                burnt.wakes += turns.saturating_sub(burnt.turns).saturating_sub(unslept);
            }
            (burnt.turns, burnt.usage) = (turns, usage);
            if burnt.cpu >= enough && burnt.cpu >= LOOK * u32::try_from(burnt.wakes).unwrap_or(u32::MAX) {
                proven.push(tid);
            }
        }
        proven
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Plan;

    /// Whether a thread is found out that polls so often, and takes so long for each look.
    fn is_found_out(looks: u64, cpu: Duration, speaks: bool) -> bool {
        let mut plan = Plan::default();
        (0..100).for_each(|key| plan.secret(0, key, 10));
        let scenario = Scenario::new("100 inputs", Vec::new(), plan);
        let mut burning = Burning::default();
        (0..=looks).any(|look| {
            if speaks {
                burning.spoke(7);
            }
            // Each look is cut in three by the machine.
            let used = Usage { cpu: cpu * u32::try_from(look).unwrap(), turns: 2 * look };
            !burning.proven(&[(7, 3 * look)].into(), vec![(7, used)], &scenario).is_empty()
        })
    }

    #[test]
    fn whoever_burns_between_naps_is_found_out_by_the_sum() {
        assert!(is_found_out(100, Duration::from_millis(60), false));
        assert!(is_found_out(200, Duration::from_millis(8), false));
        // It takes as long as all inputs account for.
        assert!(!is_found_out(16, Duration::from_millis(60), false));
    }

    #[test]
    fn whoever_only_looks_is_not_however_often() {
        assert!(!is_found_out(100_000, Duration::from_micros(500), false));
    }

    #[test]
    fn whoever_works_in_between_is_not() {
        assert!(!is_found_out(1_000, Duration::from_millis(60), true));
    }
}
