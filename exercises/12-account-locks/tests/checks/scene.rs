//! What drivers do with two banks, step by step.

use judge::checks::{NeverPolls, Returns, WaitsAsleep};
use judge::scenario::{Plan, Planned, Scenario, Script, Then, Ticks};
use judge::suite::Case;
use judge::wire::Payload;

use super::super::shared::{AMOUNT, CHANGE, TOTAL, TRANSFER, UPDATE};
use super::serial::{Prompt, Serial};

/// Steps with banks. The steps that follow are about the first one, until it says otherwise.
#[derive(Clone)]
pub(crate) struct Scene {
    label: String,
    balances: Vec<u64>,
    current: u64,
    script: Script,
    plan: Plan,
    next: u64,
    /// The last of the student's functions that is called: they come in this order in the lesson.
    entry: u16,
    totals: bool,
}

impl Scene {
    /// Two banks with these balances each.
    pub(crate) fn new(label: &str, balances: &[u64]) -> Self {
        Self {
            label: label.to_owned(),
            balances: balances.to_vec(),
            current: 0,
            script: Script::of(1),
            plan: Plan::default(),
            next: 0,
            entry: 0,
            totals: false,
        }
    }

    /// The steps that follow are about the other bank.
    pub(crate) fn other(self) -> Self {
        Self { current: 1 - self.current, ..self }
    }

    fn step(mut self, driver: u16, kind: u16, op: &[u64], ticks: Ticks, then: Then) -> Self {
        let key = self.next;
        self.plan.set(kind, key, Planned::new(ticks, then));
        let op = op.iter().copied().chain([key]).collect();
        Self { script: self.script.step(driver, op), next: key + 1, ..self }
    }

    /// `update`: the closure takes so long, and gives this.
    pub(crate) fn update(self, driver: u16, account: u64, ticks: Ticks, balance: u64) -> Self {
        let then = Then::Return(Payload::of([balance]));
        let op = [UPDATE, self.current, account];
        self.step(driver, CHANGE, &op, ticks, then)
    }

    /// `transfer`: the closure takes so long, and gives this.
    pub(crate) fn transfer(self, driver: u16, [from, to]: [u64; 2], ticks: Ticks, amount: u64) -> Self {
        let then = Then::Return(Payload::of([amount]));
        let op = [TRANSFER, self.current, from, to];
        Self { entry: self.entry.max(1), ..self }.step(driver, AMOUNT, &op, ticks, then)
    }

    /// `update`, and the closure panics.
    pub(crate) fn bad_update(self, driver: u16, account: u64, ticks: Ticks) -> Self {
        let op = [UPDATE, self.current, account];
        self.step(driver, CHANGE, &op, ticks, Then::Panic("this change is bad".to_owned()))
    }

    /// `transfer`, and the closure panics.
    pub(crate) fn bad_transfer(self, driver: u16, [from, to]: [u64; 2], ticks: Ticks) -> Self {
        let op = [TRANSFER, self.current, from, to];
        let then = Then::Panic("this amount is bad".to_owned());
        Self { entry: self.entry.max(1), ..self }.step(driver, AMOUNT, &op, ticks, then)
    }

    /// `total`.
    pub(crate) fn total(self, driver: u16) -> Self {
        let op = vec![TOTAL, self.current];
        Self { script: self.script.step(driver, op), entry: 2, ..self }
    }

    fn scenario(&self) -> Scenario {
        let closures = self.plan.clone();
        let script = self.script.clone().supplying(|plan| *plan = closures);
        script.scenario(&self.label, self.entry, &self.balances)
    }

    fn serial(&self) -> Serial {
        Serial { balances: self.balances.clone(), totals: self.totals }
    }

    /// All happens as if one operation followed the other.
    pub(crate) fn happens_serially(self) -> Case {
        Case::of(self.scenario()).and(Returns).and(self.serial())
    }

    /// The same, with the totals.
    pub(crate) fn sums_up(self) -> Case {
        Self { totals: true, ..self }.happens_serially()
    }

    /// Nobody waits for strangers.
    pub(crate) fn waits_for_no_stranger(self) -> Case {
        let serial = self.serial();
        Case::of(self.scenario()).and(Returns).and(Prompt).and(serial)
    }

    /// Nobody spins, polls or sleeps for a fixed time.
    pub(crate) fn waits_asleep(self) -> Case {
        Case::of(self.scenario()).and(Returns).and(WaitsAsleep).and(NeverPolls)
    }
}
