//! One mistake breaks many promises: its cause is told once, and after that where it was told.

use std::sync::{Mutex, PoisonError};

use super::CheckRecord;

/// The causes that were told so far, each by the check that was the first to have it.
#[derive(Default)]
pub(super) struct Causes(Mutex<Vec<CheckRecord>>);

impl Causes {
    /// The check that this one has its cause in common with, where that was told.
    pub(super) fn told_by(&self, record: &CheckRecord) -> Option<String> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = told.iter().find(|first| has_the_same_cause(first, record));
        let first = first.map(|first| first.id.clone());
        if first.is_none() {
            told.push(record.clone());
        }
        first
    }
}

fn has_the_same_cause(one: &CheckRecord, other: &CheckRecord) -> bool {
    let cause = |record: &CheckRecord| {
        let told = record.told.as_ref().filter(|told| !told.cause.is_empty())?;
        Some((record.status, told.cause.clone(), told.hint.clone()))
    };
    cause(one).is_some_and(|cause_of_one| Some(cause_of_one) == cause(other))
}
