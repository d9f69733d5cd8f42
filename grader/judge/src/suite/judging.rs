//! Judges a program by a suite: plays each scenario once, and says each cause once.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::spending::Spending;
use super::{Case, Check, CheckResult, Finding, Status, Suite};
use crate::checks::{ending, waiting};
use crate::engine::launch::Launch;
use crate::engine::{self, Error};
use crate::run::{End, Run};
use crate::scenario::{Call, Growth, Limits, Plan, Scenario, Timers};

/// How often a scenario is played until the machine lets it come to an end.
const TRIES: usize = 3;

/// A program under judgement. Checks may be asked for in any order and from several threads.
pub struct Judging<'a> {
    suite: &'a Suite,
    launcher: &'a dyn Launch,
    /// The runs so far.
    runs: Mutex<HashMap<Played<'a>, Slot>>,
    /// Whether the program was seen to busy-wait: that is proven once, with the full budget.
    spins: AtomicBool,
    /// What its runs have cost beyond what is fair.
    spending: Spending,
}

/// What is played, whatever it is called: two checks may name one scenario differently.
struct Played<'a>(&'a Scenario);

impl Played<'_> {
    #[expect(
        clippy::type_complexity,
        reason = "all fields of a scenario but one, to be compared and hashed as a tuple is"
    )]
    fn parts(
        &self,
    ) -> (&[Call], &Plan, u64, Limits, [bool; 3], Option<Timers>, [Option<usize>; 2], Option<&Growth>) {
        let Scenario {
            label: _,
            calls,
            plan,
            seed,
            limits,
            event_loop,
            one_clock,
            enough,
            growth,
            untimed,
            processes,
            block,
        } = self.0;
        let flags = [*event_loop, *untimed, *processes];
        (calls, plan, *seed, *limits, flags, *one_clock, [*enough, *block], growth.as_ref())
    }
}

impl PartialEq for Played<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for Played<'_> {}

impl Hash for Played<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

/// Filled under its lock, so that whoever needs the same run waits for it.
type Slot = Arc<Mutex<Option<Arc<Run>>>>;

impl<'a> Judging<'a> {
    /// Nothing is played yet.
    #[must_use]
    pub fn new(suite: &'a Suite, launcher: &'a dyn Launch) -> Self {
        Self {
            suite,
            launcher,
            runs: Mutex::default(),
            spins: AtomicBool::new(false),
            spending: Spending::default(),
        }
    }

    /// Judges every check, in order.
    ///
    /// # Errors
    /// Trouble of the machine: no result at all.
    pub fn all(&self) -> Result<Vec<CheckResult>, Error> {
        self.suite.checks.iter().map(|check| self.check(check)).collect()
    }

    /// Judges one check of the suite.
    ///
    /// # Errors
    /// Trouble of the machine: no result.
    pub fn check(&self, check: &'a Check) -> Result<CheckResult, Error> {
        for gate in self.suite.gates(check) {
            // Judged again for each check that it gates: its runs are shared, so that costs next to nothing.
            match self.judge(gate)?.finding {
                Some((case, finding)) if finding.hopeless => return Ok(skipped(check, gate, case, finding)),
                _ => {}
            }
        }
        self.judge(check)
    }

    fn judge(&self, check: &'a Check) -> Result<CheckResult, Error> {
        let (mut first, mut remark) = (None, None);
        for case in &check.cases {
            if let Some(given) = &case.given
                && self.try_case(given)?.1.is_err()
            {
                continue;
            }
            let (run, judged) = self.try_case(case)?;
            if let Err(mut finding) = judged {
                waiting::overshadow(&mut finding, &run);
                let label = case.scenario.label.clone();
                let status = finding.status;
                return Ok(CheckResult {
                    id: check.id,
                    status,
                    finding: Some((label, finding)),
                    remark: None,
                    run: Some(run),
                });
            }
            remark = remark.or_else(|| case.policies.iter().find_map(|policy| policy.remark(&run)));
            first.get_or_insert(run);
        }
        Ok(CheckResult { id: check.id, status: Status::Pass, finding: None, remark, run: first })
    }

    /// Plays a case, and judges its run.
    fn try_case(&self, case: &'a Case) -> Result<(Arc<Run>, Result<(), Finding>), Error> {
        let run = self.run(&case.scenario)?;
        let judged = judge_case(case, &run);
        if judged.is_ok() || !run.waiting.hurried {
            return Ok((run, judged));
        }
        let run = self.run_unhurried(&case.scenario)?;
        let judged = judge_case(case, &run);
        Ok((run, judged))
    }

    /// Plays a scenario, of the suite or not, or takes its run where it has been played.
    ///
    /// # Errors
    /// Trouble of the machine.
    pub fn run(&self, scenario: &'a Scenario) -> Result<Arc<Run>, Error> {
        self.take_or_play(scenario, scenario.limits, |_| true)
    }

    /// Plays a scenario again where the clock was ahead of pollers that pass things on to one another: that takes long, and
    /// only a run that fails needs it.
    fn run_unhurried(&self, scenario: &'a Scenario) -> Result<Arc<Run>, Error> {
        self.take_or_play(scenario, scenario.limits.with_relays(), |run| !run.waiting.hurried)
    }

    fn take_or_play(
        &self,
        scenario: &'a Scenario,
        limits: Limits,
        will_do: impl Fn(&Run) -> bool,
    ) -> Result<Arc<Run>, Error> {
        let slot = {
            let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(runs.entry(Played(scenario)).or_default())
        };
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(run) = slot.as_ref().filter(|run| will_do(run)) {
            return Ok(Arc::clone(run));
        }
        let mut run = self.play(scenario, limits)?;
        for _ in 1..TRIES {
            if !matches!(run.end, End::Inconclusive(_)) {
                break;
            }
            run = self.play(scenario, limits)?;
        }
        // Costs, and whether there is a thread to be had, are what a machine has a part in: what it does to one run it won't do to the
        // next.
        if matches!(run.end, End::Outgrows(_)) || ending::was_refused_a_thread(&run) {
            run = self.play(scenario, limits)?;
        }
        Ok(Arc::clone(slot.insert(Arc::new(run))))
    }

    fn play(&self, scenario: &Scenario, limits: Limits) -> Result<Run, Error> {
        let limits = if self.spins.load(Ordering::Relaxed) { limits.once_proven() } else { limits };
        let limits = match self.spending.left(scenario, limits) {
            Ok(limits) => limits,
            Err(end) => return Ok(Run::not_played(scenario, end)),
        };
        let run = engine::run(self.launcher, &Scenario { limits, ..scenario.clone() })?;
        self.spending.used(scenario, &run);
        if !run.waiting.spinning.is_empty() {
            self.spins.store(true, Ordering::Relaxed);
        }
        Ok(run)
    }
}

fn judge_case(case: &Case, run: &Run) -> Result<(), Finding> {
    match ending::judge(run) {
        // The check that a student has to begin with is the same for all.
        Err(finding) if finding.not_done => Err(finding),
        // What the machine does is not the program's doing.
        Err(finding) if finding.status != Status::Inconclusive && case.leaves_the_end_open() => Ok(()),
        Err(finding) => {
            Err(case.policies.iter().fold(finding, |finding, policy| policy.word_end(finding, run)))
        }
        Ok(()) if run.end == End::Enough => Ok(()),
        Ok(()) => case.policies.iter().try_for_each(|policy| policy.judge(&case.scenario, run)),
    }
}

fn skipped(check: &Check, gate: &Check, case: String, because: Finding) -> CheckResult {
    let finding = if because.not_done {
        Finding { status: Status::Skipped, ..because }
    } else {
        Finding {
            status: Status::Skipped,
            expected: check.promise.to_owned(),
            observed: format!("not run: `{}` has to pass first ({})", gate.id, because.status),
            cause: format!("the same as for `{}`", gate.id),
            hint: format!("mend `{}` first", gate.id),
            ..because
        }
    };
    let finding = Some((case, finding));
    CheckResult { id: check.id, status: Status::Skipped, finding, remark: None, run: None }
}
