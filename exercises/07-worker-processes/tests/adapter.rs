//! Turns the judge's requests into calls of `map_in_processes`, and lives the life of a worker process.
//!
//! Input: see [`shared`](super::shared). Output: how often `command` was called, then two numbers for each result, as [`told`] has it.
//! The types promise what the contract promises and no more, so that an answer that asks for more does not compile.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::process::Command;
use std::sync::MutexGuard;
use std::sync::atomic::{AtomicU64, Ordering};

use exercise_07::{map_in_processes, worker as work_jobs};
use judge::processes::told;
use judge::subject::Judge;
use judge::wire::{Payload, Request, Work};

use super::shared::{BACK, BEFORE_THE_JOBS, LAST, NO_PROGRAM, PANICS, START, WORK, pairs};

/// The key of a job that is not in the list.
const NOT_IN_THE_LIST: u64 = u64::MAX;

/// Shared between threads, never sent to one.
type SyncOnly = PhantomData<MutexGuard<'static, ()>>;

/// Calls the student's function.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let (head, jobs) = request.input.numbers.split_at(BEFORE_THE_JOBS);
    let &[workers, like, at] = head else { unreachable!("that many are split off") };
    let workers = usize::try_from(workers).expect("the judge sends a small number of workers");
    let jobs: Vec<u64> = pairs(jobs).map(|(_, job)| job).collect();
    let (called, shared): (&AtomicU64, SyncOnly) = (&AtomicU64::new(0), PhantomData);
    // It has this of its own: so it may be shared, and not sent.
    let command = move || -> Command {
        let _: [SyncOnly; 1] = [shared];
        let this = called.fetch_add(1, Ordering::Relaxed) + 1 == at;
        assert!(!(this && like == PANICS), "`command` was called, and has no more to give");
        let mut command = judge.worker(0);
        if this && like == NO_PROGRAM {
            // Of this command nothing is left but the program's name, and there is no such program.
            command = missing(&command);
        }
        command
    };
    let results = map_in_processes(&jobs, workers, command);
    Payload::of([called.load(Ordering::Relaxed)].into_iter().chain(results.into_iter().flat_map(told)))
}

#[expect(clippy::disallowed_methods, reason = "it starts nothing: there is no such program")]
fn missing(command: &Command) -> Command {
    let mut name = command.get_program().to_owned();
    name.push("-is-missing");
    Command::new(name)
}

/// What the worker process does whose command [`call`] gave.
pub(crate) fn worker(judge: &Judge, _entry: u16) {
    let jobs = judge.work(Work { kind: START, key: 0, input: Payload::default() });
    let keys: BTreeMap<u64, u64> = pairs(&jobs.numbers).map(|(key, job)| (job, key)).collect();
    let shared: SyncOnly = PhantomData;
    work_jobs(move |job: u64| -> u64 {
        let _: [SyncOnly; 1] = [shared];
        let key = keys.get(&job).copied().unwrap_or(NOT_IN_THE_LIST);
        let answer = judge.work(Work { kind: WORK, key, input: Payload::default() }).numbers;
        if answer.len() > 1 {
            let _ = judge.work(Work { kind: LAST, key, input: Payload::default() });
        }
        answer[0]
    });
    if !jobs.numbers.len().is_multiple_of(2) {
        let _ = judge.work(Work { kind: BACK, key: 0, input: Payload::default() });
    }
}
