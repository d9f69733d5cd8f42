//! What more inputs cost.

use super::Policy;
use crate::run::{End, Run};
use crate::scenario::{Growth, Scenario};
use crate::suite::{Finding, Status};
use crate::words::{count, thousands};

/// The CPU time of a call grows with the number of its inputs, and not with its square. Judged by what calls with few and with many
/// inputs cost in the same run. A pass does not prove that nothing grows faster: only that it is not most of what so many inputs
/// cost.
pub struct GrowsLinearly {
    /// What an input is called: `task`.
    pub noun: &'static str,
}

impl Policy for GrowsLinearly {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let costs: Vec<_> = run.calls.iter().map(|call| call.ended.as_ref().map(|_| call.cpu)).collect();
        match &scenario.growth {
            Some(growth) if growth.keeps_up(&costs) == Some(false) => Err(outgrows(growth, self.noun)),
            _ => Ok(()),
        }
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        match &run.end {
            End::Outgrows(growth) => outgrows(growth, self.noun),
            _ => finding,
        }
    }
}

/// How much more varies with the machine; that it was more than it may be does not.
pub(super) fn outgrows(growth: &Growth, noun: &str) -> Finding {
    let (few, many) = growth.sizes();
    let (few, many) = (count(few as usize, noun), thousands(u64::from(many)));
    Finding::new(
        Status::Timeout,
        format!(
            "{many} cost about {} times the CPU time of {few}: they are so many times as many",
            growth.times()
        ),
        format!("{many} cost more than {} times as much", growth.costs_at_most()),
        format!(
            "something is done for all {noun}s whenever one is added or ends: `select_all` and a poll of every handle ask all that still \
             run, a count or a search goes through the whole list"
        ),
        format!(
            "await one handle after the other, or keep the {noun}s in something that says which one has ended (a `JoinSet`, a \
             `FuturesUnordered`)"
        ),
    )
}
