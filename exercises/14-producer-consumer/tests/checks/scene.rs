//! What drivers do with two buffers, step by step.

use judge::checks::{NeverPolls, Policy, Replay, Returns, ToldBySteps, WaitsAsleep};
use judge::run::Run;
use judge::scenario::{Scenario, Script};
use judge::steps::Op;
use judge::suite::{Case, Finding};
use judge::words::count;

use super::super::shared::{BUFFER, CLOSE, GET, PUT, UNIT, UNITS};
use super::queue::Queues;

/// Steps with buffers. The steps that follow are about the first one, until it says otherwise. Items are 1, 2, 3, …
#[derive(Clone)]
pub(crate) struct Scene {
    label: String,
    capacity: usize,
    current: u64,
    items: u64,
    /// Whether all of them are `()`.
    units: bool,
    script: Script,
}

impl Scene {
    /// Two buffers with room for so many items each.
    pub(crate) fn new(label: &str, capacity: usize) -> Self {
        Self { label: label.to_owned(), capacity, current: 0, items: 0, units: false, script: Script::of(1) }
    }

    /// Each item is `()`.
    pub(crate) fn of_units(self) -> Self {
        Self { units: true, ..self }
    }

    /// The steps that follow are about the other buffer.
    pub(crate) fn other(self) -> Self {
        Self { current: 1 - self.current, ..self }
    }

    fn row(self, driver: u16, row: Vec<Op>) -> Self {
        Self { script: self.script.row(driver, row), ..self }
    }

    /// `put`, with the next item.
    pub(crate) fn put(self, driver: u16) -> Self {
        self.put_in_a_row(driver, 1)
    }

    /// The same, by each in turn.
    pub(crate) fn put_each(self, drivers: impl IntoIterator<Item = u16>) -> Self {
        drivers.into_iter().fold(self, Self::put)
    }

    /// So many `put`s right after each other.
    pub(crate) fn put_in_a_row(mut self, driver: u16, items: u64) -> Self {
        let first = self.items + 1;
        self.items += items;
        let item = |number| if self.units { UNIT } else { number };
        let row = (first..=self.items).map(|number| vec![PUT, self.current, item(number)]).collect();
        self.row(driver, row)
    }

    /// `get`.
    pub(crate) fn get(self, driver: u16) -> Self {
        self.get_in_a_row(driver, 1)
    }

    /// The same, by each in turn.
    pub(crate) fn get_each(self, drivers: impl IntoIterator<Item = u16>) -> Self {
        drivers.into_iter().fold(self, Self::get)
    }

    /// So many `get`s right after each other.
    pub(crate) fn get_in_a_row(self, driver: u16, items: usize) -> Self {
        let row = vec![vec![GET, self.current]; items];
        self.row(driver, row)
    }

    /// `close`.
    pub(crate) fn close(self, driver: u16) -> Self {
        let row = vec![vec![CLOSE, self.current]];
        self.row(driver, row)
    }

    /// These, which wait, wake up for nothing, one after the other.
    pub(crate) fn nudge_each(self, drivers: impl IntoIterator<Item = u16>) -> Self {
        drivers.into_iter().fold(self, |scene, driver| Self { script: scene.script.nudge(driver), ..scene })
    }

    /// So often.
    pub(crate) fn times(self, rounds: usize, round: impl Fn(Self) -> Self) -> Self {
        (0..rounds).fold(self, |scene, _| round(scene))
    }

    fn scenario(self) -> Scenario {
        let entry = if self.units { UNITS } else { BUFFER };
        self.script.scenario(&self.label, entry, &[self.capacity as u64])
    }

    /// Everybody waits and goes on as the contract has it, and what is left in a buffer goes with it.
    pub(crate) fn keeps_contract(self) -> Case {
        let queues = Queues { capacity: self.capacity };
        Case::of(self.scenario()).and(Returns).and(Replay(queues)).and(LeavesNothing)
    }

    /// Nobody spins, polls or sleeps for a fixed time.
    pub(crate) fn waits_asleep(self) -> Case {
        let queues = Queues { capacity: self.capacity };
        Case::of(self.scenario()).and(Returns).and(WaitsAsleep).and(NeverPolls).and(ToldBySteps(queues))
    }
}

/// The number that the adapter returns; 0 where it does not return.
pub(super) fn told_at_the_end(run: &Run) -> usize {
    let told = run.calls.iter().find_map(|call| call.returned()?.numbers.first());
    told.and_then(|&number| usize::try_from(number).ok()).unwrap_or(0)
}

/// Once the buffers are gone, no item is there. A pass says nothing of the memory in which they were.
struct LeavesNothing;

impl Policy for LeavesNothing {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let left = told_at_the_end(run);
        if left == 0 {
            return Ok(());
        }
        Err(Finding::fail(
            "items that are left in a buffer are dropped with it",
            format!(
                "{} had been put in, not taken out, and not dropped when the buffers were",
                count(left, "item")
            ),
            "what holds the items is never dropped: it is leaked (`Box::leak`, `ManuallyDrop`, `mem::forget`), or keeps itself alive (a \
             cycle of `Arc`s)",
            "let the buffer own its items: in a field, such as a `Mutex<VecDeque<T>>`, and without a `Drop` of your own",
        ))
    }
}
