//! What drivers do with two pools, step by step.

use judge::checks::{EachOnce, NeverPolls, PanicsNaming, Returns, WaitsAsleep};
use judge::scenario::{Call, Plan, Planned, Scenario, Script, Then, Ticks};
use judge::steps::Op;
use judge::suite::Case;
use judge::wire::{Payload, Request};

use super::super::shared::{
    DROP, FORGET, IS_FINISHED, JOB, NEW, ONE_POOL, PANICS, RETURNS, STEPS, SUBMIT, SUBMIT_MANY, SUBMITS, WAIT,
};
use super::back::BackInTime;
use super::handles::OwnResults;
use super::jobs::{AllWorkersBusy, InOrder, NotOnItsCaller};
use super::threads::{ThreadsGone, ThreadsOfWorkers, ThreadsReplaced};

/// Steps with pools. The steps that follow are about the first one, until it says otherwise. Jobs have the keys 0, 1, 2, … in the order in
/// which they are submitted.
#[derive(Clone)]
pub(crate) struct Scene {
    label: String,
    /// The workers of the pools that there are.
    workers: Vec<usize>,
    current: u64,
    jobs: u64,
    script: Script,
    plan: Plan,
}

const ONCE: EachOnce = EachOnce { kind: JOB, noun: "job" };

/// A job that a scene submits.
#[derive(Clone, Copy)]
pub(crate) enum Job {
    /// It takes so long.
    For(Ticks),
    /// It takes so long, and panics.
    Panics(Ticks),
    /// It takes so long, and panics with a number.
    PanicsWithNumber(Ticks),
    /// It takes so long, and submits another one, which takes so long.
    Submits(Ticks, Ticks),
}

impl Scene {
    /// A pool with so many workers.
    pub(crate) fn new(label: &str, workers: usize) -> Self {
        let label = label.to_owned();
        let (script, plan) = (Script::of(1), Plan::default());
        Self { label, workers: Vec::new(), current: 0, jobs: 0, script, plan }.with(workers)
    }

    /// Another pool, with so many workers. The steps that follow are about it.
    pub(crate) fn with(mut self, workers: usize) -> Self {
        self.current = self.workers.len() as u64;
        self.workers.push(workers);
        let op = vec![NEW, self.current, workers as u64];
        self.step(0, op)
    }

    /// The steps that follow are about the other pool.
    pub(crate) fn other(self) -> Self {
        Self { current: 1 - self.current, ..self }
    }

    fn step(self, driver: u16, op: Op) -> Self {
        Self { script: self.script.step(driver, op), ..self }
    }

    /// `submit`, by a driver, one right after the other.
    pub(crate) fn submit(mut self, driver: u16, jobs: &[Job]) -> Self {
        let row = jobs.iter().map(|job| self.describe(*job)).collect();
        Self { script: self.script.row(driver, row), ..self }
    }

    /// The same, of jobs that take so long.
    pub(crate) fn submit_all(self, driver: u16, ticks: &[Ticks]) -> Self {
        let jobs: Vec<Job> = ticks.iter().map(|&ticks| Job::For(ticks)).collect();
        self.submit(driver, &jobs)
    }

    /// `submit`, so often, of jobs that do nothing.
    pub(crate) fn submit_many(self, driver: u16, jobs: u64) -> Self {
        let op = vec![SUBMIT_MANY, self.current, jobs];
        self.step(driver, op)
    }

    fn describe(&mut self, job: Job) -> Op {
        let key = self.jobs;
        let mut plan = |key, ticks, then| self.plan.set(JOB, key, Planned::new(ticks, then));
        let (then, further) = match job {
            Job::For(ticks) => {
                plan(key, ticks, Then::ReturnSecret);
                (RETURNS, 0)
            }
            Job::Panics(ticks) => {
                plan(key, ticks, Then::Panic("this job is bad".to_owned()));
                (RETURNS, 0)
            }
            Job::PanicsWithNumber(ticks) => {
                plan(key, ticks, Then::ReturnSecret);
                (PANICS, 0)
            }
            Job::Submits(ticks, more) => {
                plan(key, ticks, Then::ReturnSecret);
                plan(key + 1, more, Then::ReturnSecret);
                (SUBMITS, key + 1)
            }
        };
        self.jobs = key + if then == SUBMITS { 2 } else { 1 };
        vec![SUBMIT, self.current, key, then, further]
    }

    fn with_handle(self, code: u64, driver: u16, job: u64) -> Self {
        let op = vec![code, self.current, job];
        self.step(driver, op)
    }

    /// `wait`, by the driver that has submitted the job or by another one.
    pub(crate) fn wait(self, driver: u16, job: u64) -> Self {
        self.with_handle(WAIT, driver, job)
    }

    /// The same, one after the other.
    pub(crate) fn wait_each(self, driver: u16, jobs: impl IntoIterator<Item = u64>) -> Self {
        jobs.into_iter().fold(self, |scene, job| scene.wait(driver, job))
    }

    /// `is_finished`.
    pub(crate) fn ask(self, driver: u16, job: u64) -> Self {
        self.with_handle(IS_FINISHED, driver, job)
    }

    /// The handle is dropped.
    pub(crate) fn forget(self, driver: u16, job: u64) -> Self {
        self.with_handle(FORGET, driver, job)
    }

    /// The pool is dropped.
    pub(crate) fn drop_it(self, driver: u16) -> Self {
        let op = vec![DROP, self.current, 0];
        self.step(driver, op)
    }

    /// The pool is dropped because whoever has it panics.
    pub(crate) fn drop_it_in_a_panic(self, driver: u16) -> Self {
        let op = vec![DROP, self.current, 1];
        self.step(driver, op)
    }

    /// The pool is dropped while every worker is busy: how idle ones end is for other scenes.
    pub(crate) fn drop_it_busy(self, driver: u16) -> Self {
        let workers = self.workers[usize::from(self.current > 0)];
        self.submit_all(driver, &vec![50; workers]).drop_it(driver)
    }

    /// Nothing: all rest, and the threads are counted.
    pub(crate) fn look(self) -> Self {
        Self { script: self.script.row(0, Vec::new()), ..self }
    }

    /// A worker that sleeps wakes up for nothing.
    pub(crate) fn nudge_worker(self) -> Self {
        Self { script: self.script.nudge_own(), ..self }
    }

    /// A driver that waits in the student's code wakes up for nothing.
    pub(crate) fn nudge(self, driver: u16) -> Self {
        Self { script: self.script.nudge(driver), ..self }
    }

    /// So often.
    pub(crate) fn times(self, rounds: usize, round: impl Fn(Self) -> Self) -> Self {
        (0..rounds).fold(self, |scene, _| round(scene))
    }

    fn scenario(self) -> Scenario {
        let jobs = self.plan;
        self.script.supplying(|plan| *plan = jobs).scenario(&self.label, STEPS, &[])
    }

    fn case(self) -> Case {
        Case::of(self.scenario()).and(Returns).and(BackInTime).and(ONCE)
    }

    /// Each call is back in time, and each job is worked once.
    pub(crate) fn works_all(self) -> Case {
        self.case()
    }

    /// And each handle gives its own.
    pub(crate) fn gives_results(self) -> Case {
        self.case().and(OwnResults)
    }

    /// And no worker is idle while there are jobs.
    pub(crate) fn keeps_busy(self) -> Case {
        Case::of(self.scenario()).and(Returns).and(AllWorkersBusy).and(ONCE)
    }

    /// Jobs begin in order.
    pub(crate) fn keeps_order(self) -> Case {
        self.case().and(InOrder)
    }

    /// No job runs where it was submitted.
    pub(crate) fn leaves_callers_alone(self) -> Case {
        Case::of(self.scenario()).and(Returns).and(NotOnItsCaller).and(BackInTime).and(ONCE)
    }

    /// There are as many threads as workers.
    pub(crate) fn counts_threads(self) -> Case {
        Case::of(self.scenario()).and(Returns).and(ThreadsOfWorkers)
    }

    /// Nothing is left of the pool.
    pub(crate) fn ends_all(self) -> Case {
        self.case().and(ThreadsGone)
    }

    /// Panics are told to their handles, and the pool is as before.
    pub(crate) fn survives(self) -> Case {
        self.case().and(OwnResults).and(AllWorkersBusy).and(ThreadsReplaced)
    }

    /// Whoever wakes for nothing waits on.
    pub(crate) fn waits_on(self) -> Case {
        self.case().and(OwnResults)
    }

    /// Nobody spins, polls or sleeps for a fixed time, and whoever wakes for nothing waits on.
    pub(crate) fn waits_asleep(self) -> Case {
        Case::of(self.scenario().untimed())
            .and(Returns)
            .and(WaitsAsleep)
            .and(NeverPolls)
            .and(AllWorkersBusy)
            .and(ONCE)
    }
}

/// `new` with no workers.
pub(crate) fn no_workers() -> Case {
    let request = Request { entry: ONE_POOL, input: Payload::of([0]) };
    let scenario = Scenario::new("0 workers", vec![Call { lane: 0, request }], Plan::default());
    Case::of(scenario).and(PanicsNaming { argument: "workers" })
}
