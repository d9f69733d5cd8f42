//! That no permit lies idle while somebody waits for one: judged by what is in flight, as a pool of workers is.

use judge::checks::{KeepsBusy, Makespan, Policy};
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;

use super::super::shared::HELD;

/// As many threads work at any time as there are permits, or as are left; and the whole ends in time. A pass says nothing of their order.
pub(super) struct UsesEveryPermit {
    pub(super) permits: usize,
}

impl Policy for UsesEveryPermit {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let busy = KeepsBusy { kind: HELD, delivery: None, workers: vec![self.permits], noun: "thread" };
        let makespan = Makespan { kind: HELD, workers: vec![self.permits], noun: "thread" };
        let judged = busy.judge(scenario, run).and_then(|()| makespan.judge(scenario, run));
        judged.map_err(|finding| self.word_end(finding, run))
    }

    fn word_end(&self, finding: Finding, _run: &Run) -> Finding {
        Finding {
            cause: "a permit lies idle while threads wait: one lock is kept by whoever holds a permit, a permit was lost, or one that came \
                    back woke nobody"
                .to_owned(),
            hint: "keep the lock only while you look at the count and change it, never while a permit is held; and wake who waits with each \
                   permit that comes back"
                .to_owned(),
            ..finding
        }
    }
}
