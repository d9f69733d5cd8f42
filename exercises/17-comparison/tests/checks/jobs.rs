//! Jobs, what they run on, and which way they are worked: scenarios, and the cases made of them.

use std::ops::Range;
use std::sync::Arc;

use judge::checks::{
    AllResults, NoneTwice, PanicReachesCaller, PanicsNaming, ResultsInOrder, Returns, WaitsAsleep,
};
use judge::scenario::{Call, Plan, Planned, Scenario, Then, Ticks, Timers};
use judge::suite::Case;
use judge::wire::{Payload, Request};
use judge::words::{count, thousands};

use super::super::shared::{COMPUTE, EVENT_LOOP, FETCH, MIXED, Question, SEQUENTIAL, THREADS};
use super::both::ComputesBeside;
use super::each::{EachOnItsOwnData, FetchedOnce};
use super::in_turn::OneAfterAnother;
use super::left::LeavesNothing;
use super::on_the_loop::OnTheLoop;
use super::on_threads::OnThreads;
use super::reckoned;

/// A function of the student's that works jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Sequential,
    EventLoop,
    Threads(usize),
    Mixed(usize),
}

impl Way {
    /// All four, those with workers with so many.
    pub(crate) const fn all(workers: usize) -> [Self; 4] {
        [Self::Sequential, Self::Threads(workers), Self::EventLoop, Self::Mixed(workers)]
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sequential => "sequential",
            Self::EventLoop => "event_loop",
            Self::Threads(_) => "threads",
            Self::Mixed(_) => "mixed",
        }
    }

    /// How many workers it is given, where it is given any.
    pub(super) fn workers(self) -> Option<usize> {
        match self {
            Self::Threads(workers) | Self::Mixed(workers) => Some(workers),
            _ => None,
        }
    }

    /// Its place among the approaches.
    fn approach(self) -> u64 {
        match self {
            Self::Sequential => reckoned::SEQUENTIAL,
            Self::EventLoop => reckoned::EVENT_LOOP,
            Self::Threads(_) => reckoned::THREADS,
            Self::Mixed(_) => reckoned::MIXED,
        }
    }
}

/// Jobs on a machine with so many cores.
#[derive(Debug, Clone)]
pub(crate) struct Jobs {
    label: String,
    pub(super) cores: usize,
    /// How long each takes to fetch and to compute.
    pub(super) lengths: Vec<(Ticks, Ticks)>,
    /// What panics: a kind of work, and the jobs.
    panics: Option<(u16, Range<u64>)>,
}

impl Jobs {
    /// Jobs that take so long to fetch and to compute, on a machine with cores for all of them.
    pub(crate) fn new(label: &str, lengths: impl IntoIterator<Item = (Ticks, Ticks)>) -> Self {
        let lengths: Vec<_> = lengths.into_iter().collect();
        Self { label: label.to_owned(), cores: lengths.len().max(1), lengths, panics: None }
    }

    /// Equal jobs.
    pub(crate) fn equal(number: usize, fetch: Ticks, compute: Ticks) -> Self {
        let jobs = count(number, "job");
        let (to_fetch, to_compute) = (thousands(fetch), thousands(compute));
        let label = match (fetch, compute) {
            _ if number == 0 => "no jobs".to_owned(),
            (_, 0) => format!("{jobs} that only wait, {to_fetch} ticks each"),
            (0, _) => format!("{jobs} that only compute, {to_compute} ticks each"),
            _ => format!("{jobs}, each {to_fetch} ticks to fetch and {to_compute} to compute"),
        };
        Self::new(&label, vec![(fetch, compute); number])
    }

    /// The same on so many cores.
    pub(crate) fn on_cores(self, cores: usize) -> Self {
        Self { cores, ..self }
    }

    /// The same where this panics in the end: a kind of work, and the job.
    pub(crate) fn panicking(self, kind: u16, job: u64) -> Self {
        let name = if kind == FETCH { "fetch" } else { "compute" };
        let label = format!("{}, the `{name}` of job {job} panics", self.label);
        Self { label, panics: Some((kind, job..job + 1)), ..self }
    }

    /// The same where this panics for every job, and so for as many as there are workers.
    pub(crate) fn all_panicking(self, kind: u16) -> Self {
        let name = if kind == FETCH { "fetch" } else { "compute" };
        let label = format!("{}, the `{name}` of every job panics", self.label);
        let all = 0..self.lengths.len() as u64;
        Self { label, panics: Some((kind, all)), ..self }
    }

    fn scenario(&self, way: Way) -> Scenario {
        let mut plan = Plan::default();
        plan.cores(COMPUTE, self.cores);
        for (key, &(fetch, compute)) in (0..).zip(&self.lengths) {
            for (kind, ticks) in [(FETCH, fetch), (COMPUTE, compute)] {
                let then =
                    if self.panics.as_ref().is_some_and(|(of, jobs)| *of == kind && jobs.contains(&key)) {
                        Then::Panic(format!("job {key} is bad"))
                    } else {
                        Then::ReturnSecret
                    };
                plan.set(kind, key, Planned::new(ticks, then));
            }
        }
        let workers = way.workers().map(|workers| workers as u64);
        let input = Payload::of(workers.into_iter().chain([self.lengths.len() as u64]));
        let (entry, timers) = match way {
            Way::Sequential => (SEQUENTIAL, Timers::Real),
            Way::Threads(_) => (THREADS, Timers::Real),
            Way::EventLoop => (EVENT_LOOP, Timers::Held),
            Way::Mixed(_) => (MIXED, Timers::Held),
        };
        let workers =
            way.workers().map_or_else(String::new, |workers| format!(" on {}", count(workers, "worker")));
        let computes = self.lengths.iter().any(|&(_, compute)| compute > 0);
        let cores = if computes { format!(", {}", count(self.cores, "core")) } else { String::new() };
        let label = format!("`{}`{workers}{cores}: {}", way.name(), self.label);
        let call = Call { lane: 0, request: Request { entry, input } };
        Scenario::new(&label, vec![call], plan).on_one_clock(timers)
    }

    /// What arithmetic says of equal jobs, where it says anything, and what it would say of Python.
    pub(super) fn predicted(&self, way: Way) -> Option<(Ticks, Ticks)> {
        let &(fetch, compute) = self.lengths.first()?;
        let (jobs, workers) = (self.lengths.len(), way.workers().unwrap_or(1));
        let in_rounds = fetch == 0 || compute == 0 || jobs <= workers;
        if self.lengths.iter().any(|lengths| *lengths != (fetch, compute))
            || (matches!(way, Way::Threads(_)) && !in_rounds)
        {
            return None;
        }
        let of = |one_at_a_time| {
            reckoned::ticks(Question {
                approach: way.approach(),
                jobs: jobs as u64,
                fetch,
                compute,
                cores: self.cores as u64,
                workers: workers as u64,
                one_at_a_time,
                process_start: 0,
            })
        };
        Some((of(false), of(true)))
    }

    fn each_once(&self, way: Way) -> Case {
        Case::of(self.scenario(way))
            .and(Returns)
            .and(FetchedOnce)
            .and(AllResults { kind: COMPUTE, noun: "job" })
    }

    /// Each job is fetched once and computed once, from its own data, and its output is there.
    pub(crate) fn works(&self, way: Way) -> Case {
        self.each_once(way).and(EachOnItsOwnData)
    }

    /// As long, and as much at the same time, as this way promises.
    pub(crate) fn in_time(&self, way: Way) -> Case {
        let case = self.each_once(way);
        let given = Arc::new((way, self.clone()));
        match way {
            Way::Sequential => case.and(OneAfterAnother(given)),
            Way::Threads(_) => case.and(OnThreads(given)),
            Way::EventLoop => case.and(OnTheLoop(given)),
            Way::Mixed(_) => case.and(ComputesBeside(given)),
        }
    }

    /// Output i belongs to job i.
    pub(crate) fn in_order(&self, way: Way) -> Case {
        let in_order = ResultsInOrder { kind: COMPUTE, noun: "job" };
        Case::of(self.scenario(way)).and(Returns).and(FetchedOnce).and(in_order)
    }

    /// The panic reaches the caller, and nothing is done twice.
    pub(crate) fn passes_the_panic_on(&self, way: Way) -> Case {
        let function = if matches!(self.panics, Some((FETCH, _))) { "fetch" } else { "compute" };
        let once = |kind| NoneTwice { kind, noun: "job" };
        Case::of(self.scenario(way)).and(PanicReachesCaller { function }).and(once(FETCH)).and(once(COMPUTE))
    }

    /// Nothing goes on beyond the end of the call, and whoever waits sleeps.
    pub(crate) fn leaves_nothing(&self, way: Way) -> Case {
        Case::of(self.scenario(way)).and(LeavesNothing).and(WaitsAsleep)
    }

    /// It panics, and says why.
    pub(crate) fn refuses(&self, way: Way) -> Case {
        Case::of(self.scenario(way)).and(PanicsNaming { argument: "workers" })
    }
}
