//! What a run was like, job by job.

use std::collections::{BTreeSet, HashMap};

use judge::run::{Run, WorkRecord};
use judge::scenario::Ticks;
use judge::suite::Finding;
use judge::words::{list, thousands, tick};

use super::super::shared::{COMPUTE, FETCH};
use super::jobs::{Jobs, Way};

/// The run of a way to work jobs.
pub(super) struct Seen<'a> {
    pub(super) run: &'a Run,
    way: Way,
    jobs: &'a Jobs,
    /// The first work of each kind and job: a run has hundreds, and each is asked for at each moment.
    works: HashMap<(u16, u64), &'a WorkRecord>,
}

impl<'a> Seen<'a> {
    pub(super) fn of(run: &'a Run, (way, jobs): &'a (Way, Jobs)) -> Self {
        let mut works = HashMap::new();
        for work in &run.works {
            works.entry((work.work.kind, work.work.key)).or_insert(work);
        }
        Self { run, way: *way, jobs, works }
    }

    pub(super) fn jobs(&self) -> impl Iterator<Item = u64> + use<> {
        0..self.jobs.lengths.len() as u64
    }

    pub(super) fn of_kind(&self, kind: u16) -> impl Iterator<Item = &'a WorkRecord> + use<'a> {
        self.run.works.iter().filter(move |work| work.work.kind == kind)
    }

    pub(super) fn work(&self, kind: u16, job: u64) -> Option<&'a WorkRecord> {
        self.works.get(&(kind, job)).copied()
    }

    pub(super) fn fetched(&self, job: u64) -> Option<Ticks> {
        self.work(FETCH, job)?.end
    }

    /// When its `compute` was called.
    pub(super) fn computing(&self, job: u64) -> Option<Ticks> {
        Some(self.work(COMPUTE, job)?.start)
    }

    pub(super) fn computed(&self, job: u64) -> Option<Ticks> {
        self.work(COMPUTE, job)?.end
    }

    pub(super) fn start(&self) -> Ticks {
        self.run.calls[0].start
    }

    pub(super) fn end(&self) -> Ticks {
        self.run.calls[0].ended.as_ref().map_or(Ticks::MAX, |(end, _)| *end)
    }

    /// The spans of time between all that happens in the call, each longer than nothing.
    pub(super) fn spans(&self) -> Vec<(Ticks, Ticks)> {
        let all = self.run.works.iter().flat_map(|work| [Some(work.start), work.end]).flatten();
        let mut moments: BTreeSet<Ticks> = all.filter(|at| *at <= self.end()).collect();
        moments.extend([self.start(), self.end()]);
        moments.iter().copied().zip(moments.iter().copied().skip(1)).collect()
    }

    /// The most jobs that were between these two moments of theirs together.
    pub(super) fn most(&self, is_between: impl Fn(u64, (Ticks, Ticks)) -> bool) -> usize {
        let together = |span: (Ticks, Ticks)| self.jobs().filter(|&job| is_between(job, span)).count();
        self.spans().into_iter().map(together).max().unwrap_or(0)
    }

    /// The figures of the comparison: what arithmetic says, what the run took, what it would be in Python.
    pub(super) fn figures(&self) -> String {
        let took = self.run.calls[0].makespan();
        let Some(((predicted, in_python), yours)) = self.jobs.predicted(self.way).zip(took) else {
            return String::new();
        };
        // Where a promise is broken that costs no time here they would only confuse.
        if predicted == yours {
            return String::new();
        }
        format!(
            " (ticks in all: predicted {}, yours {}, in Python {})",
            thousands(predicted),
            thousands(yours),
            thousands(in_python)
        )
    }

    /// A finding with the figures.
    pub(super) fn finding(
        &self,
        expected: impl Into<String>,
        observed: impl Into<String>,
        (cause, hint): (&str, &str),
    ) -> Finding {
        let observed: String = observed.into();
        Finding::fail(expected, format!("{observed}{}", self.figures()), cause, hint)
    }

    /// All jobs are fetched by `fetch_async`, and are so from the beginning.
    pub(super) fn fetches_at_once(&self) -> Result<(), Finding> {
        let late: Vec<&WorkRecord> = self.of_kind(FETCH).filter(|work| work.start > self.start()).collect();
        let Some(first) = late.iter().min_by_key(|work| work.work.key) else { return Ok(()) };
        let before = |kind| {
            let ends = self.of_kind(kind).filter(|work| work.work.key != first.work.key);
            ends.filter_map(|work| work.end).any(|end| end == first.start)
        };
        let why = if before(FETCH) {
            (
                "a job is fetched only when another has been: an `.await` in a loop, or a limit on fetching (a permit that is taken \
                 before it), or only so many at a time (`buffered(n)`)",
                "make the futures of all jobs first, and await them together (`join_all`, or a task for each); let a limit be on computing alone",
            )
        } else if before(COMPUTE) {
            (
                "a job is fetched only when another is computed: each is awaited to its end before the next, or only so many at a time \
                 (`buffered(n)`), or a place among the workers is held while fetching",
                "fetch all jobs at the same time; wait for a place, where there are any, after that",
            )
        } else {
            (
                "something is waited for before the jobs are fetched",
                "begin with the futures of all jobs, and await them together",
            )
        };
        Err(self.finding(
            "all jobs are fetched at the same time, from the beginning",
            format!(
                "job {} began to be fetched at {}; late: {}",
                first.work.key,
                tick(first.start),
                jobs(&late.iter().map(|work| work.work.key).collect::<Vec<_>>())
            ),
            why,
        ))
    }

    /// The call ends as its last job does.
    pub(super) fn ends_in_time(&self) -> Result<(), Finding> {
        let last = self.jobs().filter_map(|job| self.computed(job)).max().unwrap_or(self.start());
        if self.end() == last {
            return self.as_predicted();
        }
        Err(self.finding(
            format!("the call ends when its last job is computed, at {}", tick(last)),
            format!("it ended at {}", tick(self.end())),
            if self.end() < last {
                ("it does not wait for all of its jobs", "wait for each job before you return")
            } else {
                (
                    "it waits for something else when all is done: a `sleep`, or a look on a timer whether all have ended",
                    "wait for the jobs themselves, and return with the last one",
                )
            },
        ))
    }

    fn as_predicted(&self) -> Result<(), Finding> {
        match self.jobs.predicted(self.way).zip(self.run.calls[0].makespan()) {
            Some(((predicted, _), yours)) if predicted != yours => Err(self.finding(
                format!("the whole takes {} ticks", thousands(predicted)),
                format!("it took {}", thousands(yours)),
                (
                    "jobs wait for something that they need not wait for",
                    "look at the picture for what begins late, and for what it waits",
                ),
            )),
            _ => Ok(()),
        }
    }
}

/// `job 3`, or `jobs 1, 2 and 4`.
pub(super) fn jobs(numbers: &[u64]) -> String {
    format!("job{} {}", if numbers.len() == 1 { "" } else { "s" }, list(numbers))
}
