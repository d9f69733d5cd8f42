//! What the drivers did in a run: when each operation was called, when it was back and with what, and what became of the jobs.

use std::collections::BTreeMap;

use judge::run::{Operation, Run, WorkRecord};
use judge::words;

use super::super::shared::{DROP, FORGET, IS_FINISHED, JOB, NEW, PANICS, SUBMIT, SUBMIT_MANY, SUBMITS, WAIT};

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
    /// Places count the ends of calls of the work, in them and in the jobs.
    pub(super) operations: Vec<Operation>,
    /// In the order in which they were submitted: those that are not yet come last.
    pub(super) jobs: Vec<Job<'r>>,
    /// How many rests there were at which something was in progress.
    pub(super) ends: usize,
}

/// The pool that an operation is about.
pub(super) fn pool(operation: &Operation) -> u64 {
    operation.op[1]
}

/// The job that it is about.
pub(super) fn key(operation: &Operation) -> Option<u64> {
    (![NEW, DROP, SUBMIT_MANY].contains(&operation.code())).then(|| operation.op[2])
}

/// An operation as its caller writes it.
pub(super) fn name(operation: &Operation) -> String {
    let number = || operation.op[2];
    match operation.code() {
        NEW => format!("`ThreadPool::new({})`", number()),
        SUBMIT => "`submit`".to_owned(),
        SUBMIT_MANY => format!("`submit`, called {} times,", words::thousands(number())),
        WAIT => format!("`wait` for job {}", number()),
        IS_FINISHED => format!("`is_finished` of job {}", number()),
        FORGET => format!("the drop of the handle of job {}", number()),
        _ if is_drop_in_a_panic(operation) => "the drop of the pool in a panic".to_owned(),
        _ => "the drop of the pool".to_owned(),
    }
}

pub(super) fn is_drop_in_a_panic(operation: &Operation) -> bool {
    operation.code() == DROP && operation.op[2] > 0
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

    pub(super) fn is_in_progress(&self, rest: usize) -> bool {
        let is = |place: Option<usize>| place.is_some_and(|place| place <= rest);
        is(self.begun()) && !is(self.over())
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
        let operations = run.operations();
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

    /// The first operation of this kind with a pool.
    pub(super) fn operation(&self, code: u64, with: u64) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.code() == code && pool(operation) == with)
    }

    /// The workers of a pool: none before it is made.
    pub(super) fn workers(&self, pool: u64) -> usize {
        self.operation(NEW, pool).and_then(|new| usize::try_from(new.op[2]).ok()).unwrap_or(0)
    }
}
