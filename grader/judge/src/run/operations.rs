//! What drivers did in a run, operation by operation: for policies that go by when each was called and when it was back.

use super::{Run, WorkRecord};
use crate::steps::{self, Gave, Op, Told, read_back};
use crate::wire::Work;

/// An operation. Places count the ends of calls of the work: what happened at a place did so at the rest before that end.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Whose.
    pub driver: u16,
    /// What it was told.
    pub op: Op,
    /// The end with which it was told: from the next place on it is under way.
    pub called: usize,
    /// From which place on its row is back, and what it gave itself. What stands behind a panic in its row was not done: it has panicked,
    /// too.
    pub back: Option<(usize, Gave)>,
}

impl Operation {
    /// Its code.
    #[must_use]
    pub fn code(&self) -> u64 {
        self.op.first().copied().unwrap_or_default()
    }

    /// The thread that did it, by name.
    #[must_use]
    pub fn thread(&self) -> String {
        steps::thread_of(self.driver)
    }
}

impl Run {
    /// All operations, in the order in which they were called; those of a row in theirs.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation> {
        let mut all: Vec<Operation> = self.works.iter().filter_map(|work| self.row(work)).flatten().collect();
        all.sort_by_key(|operation| operation.called);
        all
    }

    /// What a driver was told with this; `None` where it is no question of a driver, or was not answered with a row.
    fn row(&self, work: &WorkRecord) -> Option<impl Iterator<Item = Operation> + use<>> {
        let (driver, called) = (work.work.asked_by_driver()?, work.ended_as?);
        let Told::Row(row) = Told::read(work.answer.as_ref()?) else { return None };
        let (kind, key) = (Work::driver(driver), work.work.key + 1);
        let next = self.works.iter().find(|next| next.work.kind == kind && next.work.key == key);
        let back = next.and_then(|next| Some((next.after, read_back(&next.work.input)?)));
        Some(row.into_iter().enumerate().map(move |(place, op)| {
            let gave = |(rest, gave): &(usize, Vec<Gave>)| {
                (*rest, gave.get(place).cloned().unwrap_or(Gave::Panicked))
            };
            Operation { driver, op, called, back: back.as_ref().map(gave) }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::told_back;

    /// A driver's question, with what the step before gave, and the answer where there is one.
    fn asks(key: u64, after: usize, gave: &[Gave], told: Option<(usize, Vec<Op>)>) -> WorkRecord {
        let work = Work { kind: Work::driver(2), key, input: told_back(gave) };
        WorkRecord {
            after,
            ended_as: told.as_ref().map(|(end, _)| *end),
            answer: told.map(|(_, row)| Told::Row(row).payload()),
            ..WorkRecord::begun(0, work, 0, 0)
        }
    }

    #[test]
    fn an_operation_is_back_with_its_row() {
        let gave = [Gave::Result(vec![4]), Gave::Panicked];
        let works = vec![
            asks(0, 0, &[], Some((0, vec![vec![1], vec![2, 9], vec![3]]))),
            asks(1, 3, &gave, Some((5, vec![vec![7]]))),
        ];
        let run = Run { works, ..Run::of_nothing() };
        let all = run.operations();
        assert_eq!(all.iter().map(|operation| operation.called).collect::<Vec<_>>(), [0, 0, 0, 5]);
        assert_eq!(all.iter().map(Operation::code).collect::<Vec<_>>(), [1, 2, 3, 7]);
        let panicked = Some((3, Gave::Panicked));
        let right = [Some((3, Gave::Result(vec![4]))), panicked.clone(), panicked, None];
        assert_eq!(all.iter().map(|operation| operation.back.clone()).collect::<Vec<_>>(), right);
        assert_eq!(all[0].thread(), "driver-2");
    }
}
