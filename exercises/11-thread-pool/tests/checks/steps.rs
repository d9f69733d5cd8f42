//! What the drivers did in a run: when each operation was called, when it was back and with what, and what became of the jobs.

use std::collections::BTreeMap;

use judge::run::{Run, WorkRecord};
use judge::steps::{Gave, Told, read_back};
use judge::wire::Work;

use super::super::shared::{DROP, FORGET, IS_FINISHED, JOB, NEW, PANICS, SUBMIT, SUBMITS, WAIT};

/// An operation. Places count the ends of calls of the work: what happened at a place did so at the rest before that end.
pub(super) struct Operation {
    pub(super) driver: u16,
    pub(super) op: Vec<u64>,
    /// The end with which it was told.
    pub(super) called: usize,
    /// From which place on it is back, and with what; `None` for a panic.
    pub(super) back: Option<(usize, Option<Vec<u64>>)>,
}

/// A job.
pub(super) struct Job<'r> {
    pub(super) key: u64,
    pub(super) pool: u64,
    /// From which place on it is in the queue; `None`: not yet.
    pub(super) submitted: Option<usize>,
    /// Its work: none where it has not begun.
    pub(super) work: Option<&'r WorkRecord>,
    /// Whether it panics when its work is done.
    panics_late: bool,
}

/// A run, as drivers and jobs tell it.
pub(super) struct Steps<'r> {
    /// In the order in which they were called.
    pub(super) operations: Vec<Operation>,
    /// In the order in which they were submitted: those that are not yet come last.
    pub(super) jobs: Vec<Job<'r>>,
    /// How many rests there were at which something was in progress.
    pub(super) ends: usize,
}

impl Operation {
    pub(super) fn code(&self) -> u64 {
        self.op[0]
    }

    pub(super) fn pool(&self) -> u64 {
        self.op[1]
    }

    /// The job that it is about.
    pub(super) fn key(&self) -> Option<u64> {
        (![NEW, DROP].contains(&self.code())).then(|| self.op[2])
    }

    pub(super) fn thread(&self) -> String {
        if self.driver == 0 { "main".to_owned() } else { format!("driver-{}", self.driver) }
    }

    /// As its caller writes it.
    pub(super) fn name(&self) -> String {
        match self.code() {
            NEW => format!("`ThreadPool::new({})`", self.op[2]),
            SUBMIT => "`submit`".to_owned(),
            WAIT => format!("`wait` for job {}", self.op[2]),
            IS_FINISHED => format!("`is_finished` of job {}", self.op[2]),
            FORGET => format!("the drop of the handle of job {}", self.op[2]),
            _ => "the drop of the pool".to_owned(),
        }
    }
}

impl Job<'_> {
    /// From which place on it is over; `None`: not yet.
    pub(super) fn over(&self) -> Option<usize> {
        self.work?.ended_as.map(|end| end + 1)
    }

    /// From which place on it is in progress.
    pub(super) fn begun(&self) -> Option<usize> {
        Some(self.work?.after)
    }

    pub(super) fn panicked(&self) -> bool {
        self.panics_late || self.work.is_some_and(|work| work.panicked)
    }

    /// What it returned.
    pub(super) fn answer(&self) -> Option<u64> {
        self.work?.answer.as_ref()?.numbers.first().copied()
    }
}

impl<'r> Steps<'r> {
    /// Of a run.
    pub(super) fn of(run: &'r Run) -> Self {
        let mut operations: Vec<Operation> =
            run.works.iter().filter_map(|work| row(run, work)).flatten().collect();
        // Stable: those of a row stay in their order.
        operations.sort_by_key(|operation| operation.called);
        let works: BTreeMap<u64, &WorkRecord> = run
            .works
            .iter()
            .filter(|work| work.work.kind == JOB)
            .rev()
            .map(|work| (work.work.key, work))
            .collect();
        let mut jobs = Vec::new();
        for operation in operations.iter().filter(|operation| operation.code() == SUBMIT) {
            let &[_, pool, key, then, further] = operation.op.as_slice() else { continue };
            let work = works.get(&key).copied();
            let submitted = Some(operation.called + 1);
            let job = Job { key, pool, submitted, work, panics_late: then == PANICS };
            let parent_over = job.over();
            jobs.push(job);
            if then == SUBMITS {
                let work = works.get(&further).copied();
                jobs.push(Job { key: further, pool, submitted: parent_over, work, panics_late: false });
            }
        }
        jobs.sort_by_key(|job| job.submitted.unwrap_or(usize::MAX));
        let ends = run.works.iter().filter(|work| work.ended_as.is_some()).count();
        Self { operations, jobs, ends }
    }

    pub(super) fn job(&self, key: u64) -> Option<&Job<'r>> {
        self.jobs.iter().find(|job| job.key == key)
    }

    pub(super) fn of_pool(&self, pool: u64) -> impl Iterator<Item = &Job<'r>> {
        self.jobs.iter().filter(move |job| job.pool == pool)
    }

    /// The workers of a pool: none before it is made.
    pub(super) fn workers(&self, pool: u64) -> usize {
        let new =
            self.operations.iter().find(|operation| operation.code() == NEW && operation.pool() == pool);
        new.and_then(|new| usize::try_from(new.op[2]).ok()).unwrap_or(0)
    }
}

/// The operations that a driver was told with this.
fn row(run: &Run, work: &WorkRecord) -> Option<Vec<Operation>> {
    let driver = work.work.asked_by_driver()?;
    let Some(Told::Row(row)) = work.answer.as_ref().map(Told::read) else { return None };
    let called = work.ended_as?;
    let next = run
        .works
        .iter()
        .find(|next| next.work.kind == Work::driver(driver) && next.work.key == work.work.key + 1);
    let back = next.and_then(|next| Some((next.after, read_back(&next.work.input)?)));
    let operation = |(place, op): (usize, Vec<u64>)| {
        let back = back.as_ref().map(|(rest, gave)| match gave.get(place) {
            Some(Gave::Result(result)) => (*rest, Some(result.clone())),
            _ => (*rest, None),
        });
        Operation { driver, op, called, back }
    };
    Some(row.into_iter().enumerate().map(operation).collect())
}
