//! The life of one or two task sets: what is done to them step by step, and what must come of it.
//!
//! The steps go to the adapter; the expectations stay with the judge. The same steps make both, so they cannot disagree.

use std::fmt;

use judge::checks::{EventLoopFree, GrowsLinearly, Returns};
use judge::scenario::{Call, Growth, Plan, Planned, Scenario, Then, Ticks};
use judge::suite::Case;
use judge::wire::{Payload, Request};

use super::policies::{EndsInTime, GivesIds, RunsAtOnce, StartsInOrder, Stops, Tells};

/// The body of a task, and its second half where it has two.
pub(super) const TASK: u16 = 0;
const SECOND_HALF: u16 = 1;

/// What the adapter must tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Id(u64),
    Cancelled(bool),
    Gathered(u64),
    /// The value of the task with this key.
    Value(u64),
    ReadsCancelled,
    ReadsPanicked,
}

/// What must become of a task.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task {
    pub(super) key: u64,
    set: usize,
    pub(super) created: Ticks,
    ticks: Ticks,
    panics: bool,
    pub(super) stopped: Option<Stopped>,
}

/// That a task was stopped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stopped {
    pub(super) at: Ticks,
    /// Whether it had run by then.
    pub(super) had_run: bool,
    pub(super) by: By,
}

/// What stopped a task.
#[derive(Debug, Clone, Copy)]
pub(super) enum By {
    Cancel,
    Drop,
    /// The future of `gather` was dropped.
    DropOfGather,
    /// Its set was dropped by a panic of whoever owned it.
    Unwind,
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cancel => "cancelled",
            Self::Drop => "dropped",
            Self::DropOfGather => "dropped with `gather`",
            Self::Unwind => "dropped by a panic of the set's owner",
        })
    }
}

impl Task {
    /// Whether it has ended or was stopped, given whether it had a turn.
    fn is_done(&self, now: Ticks, had_run: bool) -> bool {
        self.stopped.is_some() || (had_run && self.created + self.ticks <= now)
    }
}

/// What is done, and what must come of it.
pub(crate) struct Life {
    label: String,
    steps: Vec<u64>,
    plan: Plan,
    tasks: Vec<Task>,
    /// How many of them each set has.
    created: [u64; 2],
    told: Vec<Told>,
    now: Ticks,
    /// When the caller last awaited anything: tasks created since then have not run.
    awaited: usize,
    set: usize,
    /// How often all of it is done, each time on a runtime of its own.
    times: usize,
    /// Whether the sets are made before the runtime.
    sets_first: bool,
}

impl Life {
    /// Nothing is done yet.
    pub(crate) fn new(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            steps: Vec::new(),
            plan: Plan::default(),
            tasks: Vec::new(),
            created: [0; 2],
            told: Vec::new(),
            now: 0,
            awaited: 0,
            set: 0,
            times: 1,
            sets_first: false,
        }
    }

    fn step(mut self, step: u64, argument: u64) -> Self {
        self.steps.extend([step, argument]);
        self
    }

    fn add(mut self, step: u64, ticks: Ticks, then: Then) -> Self {
        let key = self.tasks.len() as u64;
        let set = self.set;
        let id = self.created[set];
        self.created[set] += 1;
        let panics = matches!(then, Then::Panic(_));
        self.plan.set(TASK, key, Planned::new(ticks, then));
        self.tasks.push(Task { key, set, created: self.now, ticks, panics, stopped: None });
        self.told.push(Told::Id(id));
        self.step(step, key)
    }

    /// Creates a task that takes so long.
    pub(crate) fn create(self, ticks: Ticks) -> Self {
        self.add(0, ticks, Then::ReturnSecret)
    }

    /// Creates one after the other.
    pub(crate) fn create_all(self, ticks: &[Ticks]) -> Self {
        ticks.iter().fold(self, |life, &ticks| life.create(ticks))
    }

    /// Creates a task that panics after so long, with a `String`.
    pub(crate) fn create_panicking(self, ticks: Ticks) -> Self {
        self.create_panicking_saying("this task is bad", ticks)
    }

    /// Creates a task that panics with this text, which stands in the text of the `JoinError`, too.
    pub(crate) fn create_panicking_saying(self, text: &str, ticks: Ticks) -> Self {
        self.add(0, ticks, Then::Panic(text.into()))
    }

    /// Creates a task that panics with a `&str`, as `panic!("…")` does.
    pub(crate) fn create_panicking_with_str(self, ticks: Ticks) -> Self {
        self.add(8, ticks, Then::Panic("this task is bad".into()))
    }

    /// Creates a task that panics with a number.
    pub(crate) fn create_panicking_with_number(self, ticks: Ticks) -> Self {
        self.add(9, ticks, Then::Panic("17".into()))
    }

    /// Creates a task whose body has two halves, each of which takes so long.
    pub(crate) fn create_two_halves(mut self, ticks: Ticks) -> Self {
        let key = self.tasks.len() as u64;
        self.plan.secret(SECOND_HALF, key, ticks);
        let mut life = self.add(1, ticks, Then::ReturnSecret);
        life.tasks.last_mut().expect("it was added just now").ticks = 2 * ticks;
        life
    }

    /// The caller awaits a sleep.
    pub(crate) fn sleep(mut self, ticks: Ticks) -> Self {
        self.now += ticks;
        self.awaited = self.tasks.len();
        self.step(2, ticks)
    }

    /// Cancels some, one right after the other.
    pub(crate) fn cancel_all(self, ids: impl IntoIterator<Item = u64>) -> Self {
        ids.into_iter().fold(self, Self::cancel)
    }

    /// Cancels a task of the set.
    pub(crate) fn cancel(mut self, id: u64) -> Self {
        let (now, set, awaited) = (self.now, self.set, self.awaited);
        let index = usize::try_from(id).unwrap_or(usize::MAX);
        let position =
            self.tasks.iter().enumerate().filter(|(_, task)| task.set == set).nth(index).map(|(at, _)| at);
        let running = position.filter(|&at| !self.tasks[at].is_done(now, at < awaited));
        if let Some(at) = running {
            self.tasks[at].stopped = Some(Stopped { at: now, had_run: at < awaited, by: By::Cancel });
        }
        self.told.push(Told::Cancelled(running.is_some()));
        self.step(3, id)
    }

    /// Gathers the set.
    pub(crate) fn gather(mut self) -> Self {
        let set = self.set;
        let of_set: Vec<Task> = self.tasks.iter().filter(|task| task.set == set).copied().collect();
        let running = of_set.iter().filter(|task| task.stopped.is_none());
        self.now = running.map(|task| task.created + task.ticks).max().unwrap_or(0).max(self.now);
        self.awaited = self.tasks.len();
        self.told.push(Told::Gathered(of_set.len() as u64));
        self.told.extend(of_set.iter().map(|task| match task {
            Task { stopped: Some(_), .. } => Told::ReadsCancelled,
            Task { panics: true, .. } => Told::ReadsPanicked,
            Task { key, .. } => Told::Value(*key),
        }));
        self.step(4, 0)
    }

    /// Gathers the set and drops the future after so long, before the last task has ended.
    pub(crate) fn gather_and_drop(mut self, ticks: Ticks) -> Self {
        self.now += ticks;
        self.awaited = self.tasks.len();
        self.stop_all(By::DropOfGather).step(5, ticks)
    }

    /// Drops the set.
    pub(crate) fn drop_set(self) -> Self {
        self.stop_all(By::Drop).step(6, 0)
    }

    /// Whoever owns the set panics.
    pub(crate) fn unwind(self) -> Self {
        self.stop_all(By::Unwind).step(10, 0)
    }

    fn stop_all(mut self, by: By) -> Self {
        let (now, set, awaited) = (self.now, self.set, self.awaited);
        for (at, task) in self.tasks.iter_mut().enumerate() {
            let had_run = at < awaited;
            if task.set == set && !task.is_done(now, had_run) {
                task.stopped = Some(Stopped { at: now, had_run, by });
            }
        }
        self
    }

    /// Goes on with the other set.
    pub(crate) fn other_set(mut self) -> Self {
        self.set = 1 - self.set;
        self.step(7, 0)
    }

    /// All of it once more in the same process, on a new runtime.
    pub(crate) fn twice(mut self) -> Self {
        self.times = 2;
        self
    }

    /// The sets are made where there is no runtime yet.
    pub(crate) fn sets_first(mut self) -> Self {
        self.sets_first = true;
        self
    }

    fn case(self) -> Case {
        let request = Request { entry: self.sets_first.into(), input: Payload::of(self.steps) };
        let calls = vec![Call { lane: 0, request }; self.times];
        Case::of(Scenario::new(&self.label, calls, self.plan).on_event_loop()).and(Returns)
    }

    /// So many equal tasks are created and gathered, in one call after the other.
    pub(crate) fn growing(label: &str, few: u32, many: u32) -> Case {
        let growth = Growth::new(few, many);
        let life = |tasks| Self::new(label).create_all(&super::lengths(tasks)).gather();
        let call =
            |tasks| Call { lane: 0, request: Request { entry: 0, input: Payload::of(life(tasks).steps) } };
        let calls = growth.inputs().map(call).collect();
        let scenario = Scenario::new(label, calls, life(many).plan).on_event_loop().growing(growth);
        Case::of(scenario).and(Returns).and(GrowsLinearly { noun: "task" })
    }

    /// Everything that is told is right.
    pub(crate) fn tells(self) -> Case {
        let tells = Tells(self.told.clone());
        self.case().and(tells)
    }

    /// What was cancelled or dropped never runs on.
    pub(crate) fn stops(self) -> Case {
        let stops = Stops(self.tasks.clone());
        self.case().and(stops)
    }

    /// Both. A wrong id would stop another task: that comes first.
    pub(crate) fn tells_and_stops(self) -> Case {
        let (ids, stops, tells) =
            (GivesIds(self.told.clone()), Stops(self.tasks.clone()), Tells(self.told.clone()));
        self.case().and(ids).and(stops).and(tells)
    }

    /// Tasks run from their creation on.
    pub(crate) fn runs_at_once(self) -> Case {
        let runs = RunsAtOnce(self.tasks.clone());
        self.case().and(runs)
    }

    /// Everything ends when the slowest task ends.
    pub(crate) fn ends_in_time(self) -> Case {
        let ends = EndsInTime(self.now);
        self.case().and(ends)
    }

    /// Tasks first run in creation order.
    pub(crate) fn starts_in_order(self) -> Case {
        self.case().and(StartsInOrder)
    }

    /// The event loop is never blocked.
    pub(crate) fn leaves_the_loop_free(self) -> Case {
        self.case().and(EventLoopFree)
    }
}
