//! Accesses of the block that processes share, where memory is slow, and what the block held.

use std::collections::HashMap;

use super::Ledger;
use crate::bounds;
use crate::engine::peers::MAIN;
use crate::run::{Look, WorkRecord};
use crate::scenario::Plan;

#[derive(Default)]
pub(super) struct Accesses {
    made: usize,
    /// Of each worker process.
    of: HashMap<usize, usize>,
    /// The one that its process does not outlive: its place among all calls of the work.
    last: Option<usize>,
}

impl Accesses {
    pub(super) fn count(&mut self) {
        self.made += 1;
    }

    pub(super) fn made(&self) -> usize {
        self.made
    }

    /// A call of the work is put on the clock, which may be an access.
    pub(super) fn arrives(&mut self, index: usize, record: &WorkRecord, plan: &Plan) {
        if record.process == MAIN || !plan.is_access(record.work.kind) {
            return;
        }
        let of = self.of.entry(record.process).or_default();
        *of += 1;
        if self.last.is_none() && plan.last_access() == Some(*of) {
            self.last = Some(index);
        }
    }

    pub(super) fn is_the_last_of_its_process(&self, index: usize) -> bool {
        self.last == Some(index)
    }
}

impl Ledger<'_> {
    /// What the block holds, as all processes rest: kept where there is anything new. Of too many the last one is kept alone.
    pub(in super::super) fn look(&mut self, slots: Vec<u64>) {
        let look = Look { at: self.now(), begun: self.works.len(), ended: self.ends, slots };
        let is_new =
            |last: &Look| (last.begun, last.ended, &last.slots) != (look.begun, look.ended, &look.slots);
        if self.looks.last().is_none_or(is_new) {
            self.looks.truncate(bounds::LOOKS - 1);
            self.looks.push(look);
        }
    }
}
