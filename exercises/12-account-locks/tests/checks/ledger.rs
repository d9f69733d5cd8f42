//! The operations of a run: when each was called, when its closure ran and with what it was given, and when it was back.

use judge::run::{Run, WorkRecord};
use judge::steps::{Gave, thread_of};

use super::super::shared::{AMOUNT, CHANGE, TOTAL, TRANSFER, UPDATE};

/// An operation. Places count the ends of calls of the work: what began at a place did so at the rest before that end.
pub(super) struct Operation<'r> {
    pub(super) driver: u16,
    pub(super) op: Vec<u64>,
    /// The end with which it was told.
    pub(super) called: usize,
    pub(super) closure: Vec<&'r WorkRecord>,
    /// From which place on it is back, and with what.
    pub(super) back: Option<(usize, Gave)>,
}

impl Operation<'_> {
    pub(super) fn bank(&self) -> u64 {
        self.op[1]
    }

    /// The accounts that it is about; none where it is about all.
    pub(super) fn accounts(&self) -> &[u64] {
        match self.op[0] {
            UPDATE => &self.op[2..3],
            TRANSFER => &self.op[2..4],
            _ => &[],
        }
    }

    pub(super) fn is_total(&self) -> bool {
        self.op[0] == TOTAL
    }

    pub(super) fn shares_with(&self, other: &Operation) -> bool {
        let all = self.is_total() || other.is_total();
        self.bank() == other.bank()
            && (all || self.accounts().iter().any(|account| other.accounts().contains(account)))
    }

    /// `` `transfer(0, 1)` by `driver-2` ``.
    pub(super) fn words(&self) -> String {
        format!("{} by `{}`", self.name(), self.thread())
    }

    pub(super) fn thread(&self) -> String {
        thread_of(self.driver)
    }

    pub(super) fn name(&self) -> String {
        match self.op[0] {
            UPDATE => format!("`update({})`", self.op[2]),
            TRANSFER => format!("`transfer({}, {})`", self.op[2], self.op[3]),
            _ => "`total()`".to_owned(),
        }
    }
}

/// All of them, in the order in which they were called.
pub(super) fn operations(run: &Run) -> Vec<Operation<'_>> {
    let operation = |judge::run::Operation { driver, op, called, back }| {
        let kind = if op[0] == UPDATE { CHANGE } else { AMOUNT };
        let key = op.last().copied().filter(|_| op[0] != TOTAL);
        let closure = run
            .works
            .iter()
            .filter(|closure| closure.work.kind == kind && Some(closure.work.key) == key)
            .collect();
        Operation { driver, op, called, closure, back }
    };
    run.operations().into_iter().map(operation).collect()
}
