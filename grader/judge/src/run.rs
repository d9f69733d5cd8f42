//! What happened in a run, as plain data: the only thing that checks look at.

mod operations;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::scenario::{Growth, Scenario, Ticks, Timers};
use crate::wire::{Moved, Outcome, Panic, Payload, Place, Work};
pub use operations::Operation;

/// The record of one run.
#[derive(Debug, Clone)]
pub struct Run {
    /// Every call of the supplied work, in the order in which the judge saw them start.
    pub works: Vec<WorkRecord>,
    /// Every call of the student's function, in the order of the scenario.
    pub calls: Vec<CallRecord>,
    /// How the run ended.
    pub end: End,
    /// Panics of the student's own code, in order; those that the judge injected are not among them.
    pub panics: Vec<Panic>,
    /// What was odd about the way the program waits.
    pub waiting: Waiting,
    /// What the program printed on both of its streams, capped.
    pub output: String,
    /// Whether it ran on an event loop: [`crate::scenario::Scenario::event_loop`].
    pub event_loop: bool,
    /// Whether the program was on the judge's clock alone: [`crate::scenario::Scenario::one_clock`].
    pub one_clock: Option<Timers>,
    /// The subject's threads that made calls, by number: names where they have one.
    pub threads: BTreeMap<usize, Option<String>>,
    /// The CPU time that all of it took. It is the same on no two machines: only growth and waste are read off it.
    pub cpu: Duration,
    /// The real time in which all of its threads slept, and their pauses were waited for, beyond what is fair: only waste is read off it.
    pub paused: Duration,
    /// The bytes that were kept of what it said.
    pub words: usize,
    /// How many worker processes reached the judge.
    pub workers: usize,
    /// The processes that were still there once every call of the student's function had ended, the main one apart.
    pub left: Vec<Left>,
    /// What the block that the processes share held, each time that all of them rested and there was anything new.
    pub looks: Vec<Look>,
}

/// What the block that the processes share held at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Ticks,
    /// How many calls of the supplied work had begun: the first so many of [`Run::works`].
    pub begun: usize,
    /// How many had ended: those of them with a smaller [`WorkRecord::ended_as`].
    pub ended: usize,
    /// What it held.
    pub slots: Vec<u64>,
}

/// A process that was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Its number among those that reached the judge, as [`WorkRecord::process`]; `None` where it did not.
    pub worker: Option<usize>,
    /// Whether it had ended, and nobody had waited for it.
    pub zombie: bool,
}

impl Run {
    /// A run in which nothing was called and nothing happened.
    #[cfg(test)]
    pub(crate) fn of_nothing() -> Self {
        let nothing = Scenario::new("", Vec::new(), crate::scenario::Plan::default());
        Self::not_played(&nothing, End::Finished)
    }

    /// The record of a scenario that is not played: the program has wasted before what there is for all its runs.
    #[must_use]
    pub fn not_played(scenario: &Scenario, end: End) -> Self {
        Self {
            works: Vec::new(),
            calls: vec![CallRecord::default(); scenario.calls.len()],
            end,
            panics: Vec::new(),
            waiting: Waiting::default(),
            output: String::new(),
            event_loop: scenario.event_loop,
            one_clock: scenario.one_clock,
            threads: BTreeMap::new(),
            cpu: Duration::ZERO,
            paused: Duration::ZERO,
            words: 0,
            workers: 0,
            left: Vec::new(),
            looks: Vec::new(),
        }
    }

    /// Whether the student's code was polled by a runtime of the kit's, on the main thread.
    #[must_use]
    pub fn has_runtime(&self) -> bool {
        self.event_loop || self.one_clock == Some(Timers::Held)
    }

    /// Whether a call of the supplied work panicked in this call of the student's function.
    #[must_use]
    pub fn work_panicked(&self, call: usize) -> bool {
        self.works.iter().any(|work| work.call == call && work.panicked)
    }
}

/// One call of the supplied work.
#[expect(clippy::struct_excessive_bools, reason = "facts of a record, each on its own")]
#[derive(Debug, Clone)]
pub struct WorkRecord {
    /// The call of the student's function that made it (index into [`Run::calls`]).
    pub call: usize,
    /// What was worked.
    pub work: Work,
    /// The thread, numbered by first appearance (those that appear at the same tick by their inputs); [`Run::threads`] has its name.
    pub thread: usize,
    /// The process: 0 is the main one, the others are numbered from 1 in the order in which they reached the judge.
    pub process: usize,
    /// Whether that thread is the one that called the student's function.
    pub on_caller: bool,
    /// When it started.
    pub start: Ticks,
    /// When it began to count: later than it started where it had to wait for a core ([`crate::scenario::Plan::cores`]).
    pub began: Ticks,
    /// How many calls of the supplied work had ended when it started: ticks alone don't order what happens at one tick.
    pub after: usize,
    /// How long it takes.
    pub ticks: Ticks,
    /// When the judge let it end; `None` while it was still in progress when the run ended.
    pub end: Option<Ticks>,
    /// The place of its end among all ends, from 0: the order of completion.
    pub ended_as: Option<usize>,
    /// What it returned; `None` where it panicked or did not end.
    pub answer: Option<Payload>,
    /// Whether the judge made it panic.
    pub panicked: bool,
    /// Whether its process ended before it did, or because of it; then [`WorkRecord::end`] is when.
    pub died: bool,
    /// Whether its future was dropped before its end, or a nap ended by another thread; then [`WorkRecord::end`] is when.
    pub dropped: bool,
    /// Whether it started after its call of the student's function had ended.
    pub after_end: bool,
    /// Whether its key was never planned: the student's code made the input up.
    pub unplanned: bool,
    /// The pause that had to run out before it started: there was nothing else that the program could have waited for.
    pub held_up: Option<Pause>,
    /// Whether it was awaited, on the judge's clock: no thread waited for it, and [`WorkRecord::thread`] says nothing. What was only noted
    /// is so, too: it ends as it starts.
    pub awaited: bool,
    /// How many threads the program had at the rest before its end, the kit's own included: counted where it is a driver's question, and
    /// where threads can be seen.
    pub alive: Option<usize>,
    /// Whether it ended while the time limit of a step still ran: at a rest at which whoever has that limit may wait on.
    pub within_limit: bool,
}

impl WorkRecord {
    /// A call of the work that has started, and of which nothing more is known.
    pub(crate) fn begun(call: usize, work: Work, start: Ticks, ticks: Ticks) -> Self {
        Self {
            call,
            work,
            thread: 0,
            process: 0,
            on_caller: false,
            start,
            began: start,
            after: 0,
            ticks,
            end: None,
            ended_as: None,
            answer: None,
            panicked: false,
            died: false,
            dropped: false,
            after_end: false,
            unplanned: false,
            held_up: None,
            awaited: false,
            alive: None,
            within_limit: false,
        }
    }
}

/// A real-time pause, longer than a poller's, that kept work from starting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// The thread that slept, by name.
    pub thread: String,
    /// How long the sleep was asked to be; `None` for an event's time limit, of which only the end is known.
    pub asked: Option<Duration>,
    /// What it took at least, by what was asked for or was left of it.
    pub at_least: Duration,
}

/// One call of the student's function.
#[derive(Debug, Clone, Default)]
pub struct CallRecord {
    /// When it was made.
    pub start: Ticks,
    /// How and when it ended; `None` where it did not.
    pub ended: Option<(Ticks, Outcome)>,
    /// Calls of the supplied work that were in progress when it ended.
    pub in_progress_at_end: usize,
    /// The most calls of the supplied work that were in flight together, by kind.
    pub most_in_flight: BTreeMap<u16, usize>,
    /// The CPU time of the whole program from the moment the call was made until its end was heard of.
    pub cpu: Duration,
}

impl CallRecord {
    /// The virtual time that the call took; `None` where it did not end.
    #[must_use]
    pub fn makespan(&self) -> Option<Ticks> {
        self.ended.as_ref().map(|(end, _)| end - self.start)
    }

    /// What the call returned; `None` where it panicked or did not end.
    #[must_use]
    pub fn returned(&self) -> Option<&Payload> {
        match &self.ended {
            Some((_, Outcome::Returned(payload))) => Some(payload),
            _ => None,
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Every call of the student's function ended, and the program went quiet.
    Finished,
    /// As many calls of the supplied work were in flight together as the scenario wants; the judge ended it there.
    Enough,
    /// The process ended by itself.
    Exited(Exit),
    /// Every thread sleeps, none waits for the clock or for the judge: it can never go on.
    Deadlock(Vec<Stuck>),
    /// Nothing is in flight, everything else sleeps, and these threads wait for a timer.
    Oversleeps(Vec<Stuck>),
    /// Nothing is in flight, and these threads wake, find nothing and sleep again, without end.
    PollsForever(Vec<Stuck>),
    /// Nothing is in flight and, on a system where single threads can't be seen, nothing came of it for far longer than anything
    /// may sleep; with what the subject itself can say of its threads.
    StandsStill(Vec<Stuck>),
    /// The CPU budget was used up without a message; these threads ran.
    CpuBudget(Vec<Stuck>),
    /// The program went on and on, and that is proof enough: nothing that it should do takes so much.
    RunsAway(Excess),
    /// The calls with many inputs cost far more CPU time than their number explains.
    Outgrows(Growth),
    /// The CPU time that the runs of this program may waste was used up, in this run or before it; these threads ran.
    Overspends(Vec<Stuck>),
    /// The real time that there is for pauses in the runs of this program was used up, in this run or before it, while nothing but
    /// pauses was waited for; these threads slept.
    Dawdles(Vec<Stuck>),
    /// The program lives, and took nothing of what it was told, for a minute and more.
    TakesNothing,
    /// The subject sent something that is no message of this protocol.
    Forged(String),
    /// The machine did not let the run come to an end: no verdict.
    Inconclusive(String),
}

impl End {
    /// The threads of a program that can't go on, or does not: each waits for what nothing brings. `None` where it ended in another way.
    #[must_use]
    pub fn waits_forever(&self) -> Option<&[Stuck]> {
        match self {
            Self::Deadlock(stuck)
            | Self::Oversleeps(stuck)
            | Self::PollsForever(stuck)
            | Self::StandsStill(stuck) => Some(stuck),
            _ => None,
        }
    }
}

/// What there was far too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// Calls of the supplied work beyond one for each input: so many, where so many were planned.
    Calls {
        /// Calls of an input that was made up, or that the same call of the student's function had worked before.
        surplus: usize,
        /// All that were due.
        planned: usize,
    },
    /// Panics of the student's own, or other words that nobody had asked for.
    Panics(usize),
    /// Threads, one after the other.
    Threads(usize),
    /// What was only noted, and naps.
    Notes(usize),
    /// Processes, at one moment or one after the other.
    Processes(usize),
    /// Memory of all its processes, in bytes.
    Memory(u64),
    /// Accesses of the block that the processes share.
    Accesses(usize),
    /// What calls returned, or were called with: so much in one message, or in all.
    Words {
        /// In memory.
        bytes: u64,
    },
}

/// How a process ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// With this status.
    Status(i32),
    /// By this signal.
    Signal(i32),
    /// It was killed with more files written than it may.
    TooManyFiles,
    /// In a way that could not be learnt.
    Unknown,
}

impl Stuck {
    /// Whether it is the main thread of the main process.
    #[must_use]
    pub fn is_the_caller(&self) -> bool {
        self.process.is_none() && self.thread == "main"
    }
}

/// A process beside the main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    /// In the order in which they came, from 1 on.
    Worker(usize),
    /// One that the program started, and that is no worker.
    Other,
}

impl Process {
    /// `a worker`: as it is called where workers are alike. Which of them came first is chance.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Worker(_) => "a worker",
            Self::Other => "another process",
        }
    }

    /// `worker 3`: as its lane of a timeline is called.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Worker(worker) => format!("worker {worker}"),
            Self::Other => self.kind().to_owned(),
        }
    }
}

/// A thread that does not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// Where it is not of the main process: which one.
    pub process: Option<Process>,
    /// Its name: `main`, its own, or a number.
    pub thread: String,
    /// What it waits for, or `runs`.
    pub wait: String,
    /// The student's line, where it could be had.
    pub place: Option<Place>,
    /// The library function that this line called.
    pub callee: Option<String>,
}

/// What was odd about the way the program waits. None of it decides a schedule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Threads that burnt the CPU budget while work was in flight: busy-waiting.
    pub spinning: Vec<Stuck>,
    /// Threads that slept for a fixed time, longer than the patience, while work was in flight.
    pub sleeping: Vec<Stuck>,
    /// The thread of an event loop, seen to sleep in something else than its event loop: student code blocked it.
    pub blocking: Vec<Stuck>,
    /// Drivers that did a step and were seen to sleep for a while, or to wait for a while only, where no time limit of the step says so:
    /// polling, of any length. Each once.
    pub polling: Vec<Stuck>,
    /// Where an event loop's work was polled, if that is not where its call was made. It is the subject's own word: its times are
    /// those of the call's clock in any case.
    pub moved: Option<Moved>,
    /// Whether threads polled with short sleeps, which is tolerated, and were not given the time to pass things on to one
    /// another before the clock moved, or could not be seen to sleep: then lateness proves nothing.
    pub hurried: bool,
}
