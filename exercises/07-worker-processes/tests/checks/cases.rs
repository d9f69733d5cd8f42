//! Calls of `map_in_processes`, and what is judged of them.

use judge::checks::{
    CALL_KEYS, InWorkers, MostInFlight, NothingLeftOfProcesses, PanicsNaming, Returns, WaitsAsleep,
};
use judge::processes::Death;
use judge::scenario::{Call, Plan, Planned, Scenario, Then, Ticks};
use judge::suite::Case;
use judge::wire::{Payload, Request};

use super::super::shared::{BACK, BEFORE_THE_JOBS, GOOD, LAST, NO_PROGRAM, PANICS, START, WORK, pairs};
use super::answers::{
    AllAnswers, AnswersInOrder, CallsNoCommand, EachJobOnce, EqualJobsApart, PanicsForWantOfAWorker,
    WorkedAsOften,
};
use super::crew::{KeepsItsWorkers, PooledMakespan, WorkersAtMost};
use super::deaths::{DeadWorkerCostsOne, OutlivesDeaths, Statuses};
use super::returning::WorkersReturn;

/// How long the start of a worker process takes, unless a case says otherwise.
const START_TICKS: Ticks = 5;

/// One or more calls, and what becomes of their jobs.
#[derive(Clone)]
pub(crate) struct Calls {
    scenario: Scenario,
    /// Of each call.
    workers: Vec<usize>,
    start: Ticks,
}

/// What the commands are like.
#[derive(Clone, Copy)]
pub(crate) enum Commands {
    /// The call of `command` with this number, from 1, panics.
    PanicsAt(u64),
    /// The command of that call names a program that does not exist.
    NoProgramAt(u64),
}

/// One call with jobs that take so long.
pub(crate) fn map(label: &str, workers: usize, ticks: &[Ticks]) -> Calls {
    calls(label, &[(0, workers, ticks)])
}

/// One call with so many jobs of 10 ticks each.
pub(crate) fn even(label: &str, workers: usize, jobs: usize) -> Calls {
    map(label, workers, &vec![10; jobs])
}

/// Several calls, each `(lane, workers, ticks of each job)`.
pub(crate) fn calls(label: &str, calls: &[(u32, usize, &[Ticks])]) -> Calls {
    let mut plan = Plan::default();
    let mut made = Vec::new();
    for (call, &(lane, workers, ticks)) in (0..).zip(calls) {
        let mut numbers = vec![workers as u64, GOOD, 0];
        for (place, &ticks) in (0..).zip(ticks) {
            let key = call * CALL_KEYS + place;
            plan.secret(WORK, key, ticks);
            numbers.extend([key, number(key)]);
        }
        made.push(Call { lane, request: Request { entry: 0, input: Payload::of(numbers) } });
    }
    let workers = calls.iter().map(|&(_, workers, _)| workers).collect();
    Calls { scenario: Scenario::new(label, made, plan).with_processes(), workers, start: START_TICKS }
}

/// A job: 64 bits that look like nothing (the finalizer of `splitmix64`, which gives different numbers for different keys).
fn number(key: u64) -> u64 {
    let mixed = key.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Three long neighbours: whoever takes two at a time has one behind the other, wherever the pairs begin.
pub(crate) fn three_long(length: usize) -> Vec<Ticks> {
    (0..length).map(|job| if (7..10).contains(&job) { 200 } else { 10 }).collect()
}

/// Two very long jobs, `workers` places apart. Whoever sends each worker its next job before it has answered has one of them behind the
/// other: the first round ends one worker after the other, so from then on they take the jobs in turn.
pub(crate) fn long_behind_long(length: usize, workers: usize) -> Vec<Ticks> {
    let long = [2 * workers, 3 * workers];
    let first = (0..workers).zip(10..);
    let mut ticks: Vec<Ticks> = (0..length).map(|job| if long.contains(&job) { 200 } else { 10 }).collect();
    first.for_each(|(job, longer)| ticks[job] = longer);
    ticks
}

/// More jobs than a byte has values. Whoever gives a worker two at a time has two of the long ones behind each other.
pub(crate) fn many() -> Calls {
    let ticks: Vec<Ticks> = (0..300).map(|job| if job < 297 { 10 } else { 2_000 }).collect();
    map("300 jobs, 4 workers, the last three very long", 4, &ticks)
}

/// Whoever gives a worker several at first, and one at a time later, has the long ones behind each other.
pub(crate) fn long_first() -> Calls {
    let ticks: Vec<Ticks> = (0..100).map(|job| if job < 3 { 2_000 } else { 10 }).collect();
    map("100 jobs, 4 workers, the first three very long", 4, &ticks)
}

impl Calls {
    /// The first call's numbers.
    fn numbers(&mut self) -> &mut Vec<u64> {
        &mut self.scenario.calls[0].request.input.numbers
    }

    /// The job with this place in the first call ends its worker so.
    pub(crate) fn dies(mut self, place: u64, death: Death) -> Self {
        self.scenario.plan.end(WORK, place, Then::Die(death));
        self
    }

    /// Each of the first call's jobs does.
    pub(crate) fn all_die(self, death: Death) -> Self {
        let jobs = (self.scenario.calls[0].request.input.numbers.len() - BEFORE_THE_JOBS) / 2;
        (0..jobs as u64).fold(self, |calls, place| calls.dies(place, death))
    }

    /// The work of the job with this place in the first call panics.
    pub(crate) fn panics(mut self, place: u64) -> Self {
        self.scenario.plan.end(WORK, place, Then::Panic(format!("job {place} is bad")));
        self
    }

    /// The first call's commands are like this.
    pub(crate) fn but(mut self, commands: Commands) -> Self {
        let (like, at) = match commands {
            Commands::PanicsAt(at) => (PANICS, at),
            Commands::NoProgramAt(at) => (NO_PROGRAM, at),
        };
        self.numbers()[1..BEFORE_THE_JOBS].copy_from_slice(&[like, at]);
        self
    }

    /// The start of a worker process takes so long.
    pub(crate) fn start_of(self, ticks: Ticks) -> Self {
        Self { start: ticks, ..self }
    }

    /// Two jobs, and two answers, are the least and the greatest number.
    pub(crate) fn extremes(mut self) -> Self {
        for (place, job, answer) in [(1, 0, u64::MAX), (2, u64::MAX, 0)] {
            self.numbers()[BEFORE_THE_JOBS + 2 * place + 1] = job;
            self.scenario.plan.end(WORK, place as u64, Then::Return(Payload::of([answer])));
        }
        self
    }

    /// The first call's jobs are so many different ones in turn: equal ones have one key.
    pub(crate) fn equal(mut self, different: u64) -> Self {
        let ticks = self.scenario.plan.get(WORK, 0).map_or(0, |planned| planned.ticks);
        for (place, pair) in (0..).zip(self.numbers()[BEFORE_THE_JOBS..].chunks_exact_mut(2)) {
            let key = place % different;
            pair.copy_from_slice(&[key, number(key)]);
        }
        self.scenario.plan = Plan::default();
        for key in 0..different {
            self.scenario.plan.secret(WORK, key, ticks);
        }
        self
    }

    /// Of equal jobs of the first kind, one is the last of its worker, which is killed before it has answered.
    pub(crate) fn one_of_equals_dies(mut self) -> Self {
        let answer = Then::Return(Payload::of([number(u64::MAX - 1), u64::from(LAST)]));
        self.scenario.plan.end(WORK, 0, answer);
        let jobs = self.numbers().len();
        self.scenario.plan.slow_memory(LAST, jobs);
        self.scenario.plan.kill_at_access(1);
        self
    }

    /// One worker is ten times slower.
    pub(crate) fn one_slower(mut self) -> Self {
        self.scenario.plan.slow_down_one_thread(10);
        self
    }

    /// See [`Scenario::patient`].
    pub(crate) fn patient(self) -> Self {
        Self { scenario: self.scenario.patient(), ..self }
    }

    /// See [`Scenario::until_in_flight`].
    pub(crate) fn until_in_flight(self, enough: usize) -> Self {
        Self { scenario: self.scenario.until_in_flight(enough), ..self }
    }

    /// With the start of the workers, each of which learns the keys of all jobs.
    fn case(self) -> Case {
        self.starting(&[])
    }

    /// The same, and each worker tells when `worker` has returned.
    fn case_with_returns(mut self) -> Case {
        self.scenario.plan.set(BACK, 0, Planned::new(0, Then::Return(Payload::default())));
        self.starting(&[1])
    }

    fn starting(mut self, more: &[u64]) -> Case {
        let requests = self.scenario.calls.iter().map(|call| &call.request.input.numbers);
        let jobs = requests.flat_map(|numbers| pairs(&numbers[BEFORE_THE_JOBS..]));
        let known = jobs.flat_map(|(key, job)| [key, job]).chain(more.iter().copied());
        let known = Payload::of(known.collect::<Vec<u64>>());
        self.scenario.plan.set(START, 0, Planned::new(self.start, Then::Return(known)));
        Case::of(self.scenario)
    }

    /// The bound of list scheduling, with the start of a worker, and more where workers die.
    fn makespan(&self) -> PooledMakespan {
        PooledMakespan(self.workers.clone())
    }

    fn limits(&self) -> WorkersAtMost {
        WorkersAtMost(self.workers.clone())
    }
}

/// In worker processes, which end without a panic.
pub(crate) fn in_workers(calls: Calls) -> Case {
    let in_workers = InWorkers { kind: WORK, function: "work" };
    calls.case_with_returns().and(Returns).and(in_workers).and(EachJobOnce).and(WorkersReturn)
}

/// Every job worked once, and every answer there.
pub(crate) fn all_answers(calls: Calls) -> Case {
    calls.case().and(Returns).and(EachJobOnce).and(AllAnswers)
}

/// Where there are no jobs: `command` is not called.
pub(crate) fn starts_nothing(calls: Calls) -> Case {
    calls.but(Commands::PanicsAt(1)).case().and(CallsNoCommand).and(AllAnswers)
}

/// The same, where jobs are equal.
pub(crate) fn as_often(calls: Calls) -> Case {
    calls.case().and(OutlivesDeaths).and(WorkedAsOften).and(EqualJobsApart)
}

/// The results in the order of the jobs.
pub(crate) fn in_order(calls: Calls) -> Case {
    calls.case().and(Returns).and(AnswersInOrder)
}

/// Within the bound.
pub(crate) fn in_time(calls: Calls) -> Case {
    let makespan = calls.makespan();
    calls.case().and(Returns).and(makespan)
}

/// No more processes than are needed, in time.
pub(crate) fn few_processes(calls: Calls) -> Case {
    let keeps = KeepsItsWorkers(calls.workers.clone());
    let makespan = calls.makespan();
    calls.case().and(OutlivesDeaths).and(keeps).and(makespan)
}

/// Whoever dies costs its job and no other, and not much time.
pub(crate) fn one_lost(calls: Calls) -> Case {
    let makespan = calls.makespan();
    calls.case().and(OutlivesDeaths).and(DeadWorkerCostsOne).and(makespan)
}

/// The status of each that has died.
pub(crate) fn statuses(calls: Calls) -> Case {
    calls.case().and(OutlivesDeaths).and(Statuses)
}

/// Never more processes than `workers`, nor more jobs in progress.
pub(crate) fn within_limit(calls: Calls) -> Case {
    let limits = calls.limits();
    let in_flight = MostInFlight { kind: WORK, at_most: calls.workers.clone(), argument: "workers" };
    calls.case().and(OutlivesDeaths).and(limits).and(in_flight)
}

/// No process left.
pub(crate) fn nothing_left(calls: Calls) -> Case {
    calls.case().and(OutlivesDeaths).and(NothingLeftOfProcesses)
}

/// A panic, and no process left: so no work is in progress either.
pub(crate) fn cleans_up(calls: Calls) -> Case {
    calls.case().and(PanicsForWantOfAWorker).and(NothingLeftOfProcesses)
}

/// A panic that names the argument.
pub(crate) fn refuses(calls: Calls) -> Case {
    calls.case().and(PanicsNaming { argument: "workers" })
}

/// No busy-waiting, no fixed sleeps.
pub(crate) fn asleep(calls: Calls) -> Case {
    calls.case().and(OutlivesDeaths).and(WaitsAsleep)
}

/// Several calls, each with its own workers and results.
pub(crate) fn several(calls: Calls) -> Case {
    let (limits, makespan) = (calls.limits(), calls.makespan());
    calls.case().and(Returns).and(AnswersInOrder).and(limits).and(makespan).and(NothingLeftOfProcesses)
}
