//! What the judge plays: which calls it makes, and what each call of the supplied work costs and returns.
//!
//! Plain data. A scenario and its seed decide everything that the judge does, so a run can be played again.

pub mod durations;
mod growth;
mod script;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use crate::processes::Death;
use crate::wire::{Payload, Request};
pub use growth::Growth;
pub use script::{Dice, Script};

/// Virtual time: a tick has no length in seconds.
pub type Ticks = u64;

/// One run of a subject.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scenario {
    /// What it is, for the reader of a report: "100 items, 4 workers, the first one finishes last".
    pub label: String,
    /// The calls of the student's function.
    pub calls: Vec<Call>,
    /// The supplied work.
    pub plan: Plan,
    /// Decides the order in which calls that are due at the same tick end.
    pub seed: u64,
    /// When to give up.
    pub limits: Limits,
    /// Whether the student's code runs on an event loop, on the main thread and with a virtual clock of its own: then that
    /// thread may sleep nowhere else.
    pub event_loop: bool,
    /// Whether the supplied work may be awaited, on the judge's clock, beside threads that work, and what the timers go by. Then the run
    /// goes on until nothing is in flight; and a main thread that is an event loop may sleep nowhere else.
    pub one_clock: Option<Timers>,
    /// How many calls of the supplied work in flight together are all that is wanted: with that the run is over. `None`: it is
    /// played to its end.
    pub enough: Option<usize>,
    /// Where its calls do the same with more and more inputs: what that may cost.
    pub growth: Option<Growth>,
    /// Whether none of the program's own threads has a reason to wait for a while only: then one that does is seen to poll, as a driver is.
    pub untimed: bool,
    /// Whether the student's code starts processes.
    pub processes: bool,
    /// How many numbers the block of memory holds that its processes share, zeroes at first. `None`: there is none.
    pub block: Option<usize>,
}

impl Scenario {
    /// These calls with this plan, off any event loop, with seed 0 and the usual limits.
    #[must_use]
    pub fn new(label: &str, calls: Vec<Call>, plan: Plan) -> Self {
        let label = label.to_owned();
        Self {
            label,
            calls,
            plan,
            seed: 0,
            limits: Limits::default(),
            event_loop: false,
            one_clock: None,
            enough: None,
            growth: None,
            untimed: false,
            processes: false,
            block: None,
        }
    }

    /// The same, and whoever waits for a while only, to look again, is seen to poll ([`crate::run::Waiting::polling`]), whether it is a
    /// driver or not: for an object that has threads of its own.
    #[must_use]
    pub fn untimed(self) -> Self {
        Self { untimed: true, ..self }
    }

    /// The same with student's code that starts worker processes.
    #[must_use]
    pub fn with_processes(self) -> Self {
        Self { processes: true, ..self }
    }

    /// The same with processes that share a block of so many numbers: see [`crate::subject::Judge::block`].
    #[must_use]
    pub fn with_block(self, slots: usize) -> Self {
        Self { block: Some(slots), ..self.with_processes() }
    }

    /// The same on an event loop.
    #[must_use]
    pub fn on_event_loop(self) -> Self {
        Self { event_loop: true, ..self }
    }

    /// The same with work that is awaited on the judge's clock: mostly by an event loop on the main thread.
    #[must_use]
    pub fn on_one_clock(self, timers: Timers) -> Self {
        Self { one_clock: Some(timers), ..self }
    }

    /// The same, with calls of this entry of the adapter.
    #[must_use]
    pub fn entering(mut self, entry: u16) -> Self {
        for call in &mut self.calls {
            call.request.entry = entry;
        }
        self
    }

    /// The same, over as soon as so many calls of the supplied work are in flight together: with hundreds of threads it is the
    /// rest of the run that takes long. A case of it passes then, whatever its policies; they judge a run that does not get there.
    #[must_use]
    pub fn until_in_flight(self, enough: usize) -> Self {
        Self { enough: Some(enough), ..self }
    }

    /// The same with calls that take very long: before the clock moves on, the judge lets a time limit of up to 10 s run out for
    /// real, so that whoever takes it for the end is found out. It waits only where something has a time limit, and until it
    /// has seen that the thread waits on; 2.5 s where how long the wait is cannot be seen.
    #[must_use]
    pub fn patient(mut self) -> Self {
        self.limits.patience = Duration::from_millis(2_500);
        self
    }

    /// The same with calls that have so many inputs each, the last ones more than those before: the run is over as soon as one of
    /// them costs more CPU time than growth with the number of inputs explains.
    #[must_use]
    pub fn growing(self, growth: Growth) -> Self {
        Self { growth: Some(growth), ..self }
    }

    /// The same, and so many messages travel between its processes, with so many bytes in the direction that has more: whoever turns
    /// them into text, byte by byte and unoptimised, says nothing for seconds, and is given the CPU time and the turns for it.
    #[must_use]
    pub fn carrying(mut self, messages: u64, bytes: u64) -> Self {
        self.limits.freight = Freight::of(messages, bytes);
        self
    }

    /// CPU time that a run of this may take and waste none: many times what any answer to the exercises needs that waits asleep,
    /// on a machine that is many times slower than today's.
    #[must_use]
    pub fn fair_cpu(&self) -> Duration {
        let planned = u32::try_from(self.plan.of_any_kind()).unwrap_or(u32::MAX);
        // Both directions, and in each of them both ends.
        Duration::from_millis(500) + Duration::from_millis(1) * planned + self.limits.freight.cpu * 4
    }

    /// Real time that a run of this may have taken for pauses of the program and wasted none, once so many calls of the work were made
    /// that were due: some looks of a poller that keeps to the contract for each of them, one after the other where several in a row are
    /// waited for. So whoever pauses before anything happens has nothing to do it with.
    pub(crate) fn fair_pauses(&self, made: usize) -> Duration {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let looks = Duration::from_millis(250).saturating_mul(number(self.calls.len()))
            + Duration::from_millis(50).saturating_mul(number(made));
        let patient = self.limits.patience > Limits::default().patience;
        looks.saturating_mul(number(self.limits.relays))
            + if patient { LIMITS_RUN_OUT } else { Duration::ZERO }
    }

    /// Bytes that a run of this may have kept and waste none.
    pub(crate) fn fair_words(&self) -> usize {
        (256 << 10) + (1 << 10) * self.plan.of_any_kind()
    }

    /// Calls of the work that may be made beyond one for each input, and panics: a run with more of them has no end.
    pub(crate) fn surplus_at_most(&self) -> usize {
        400 + 20 * self.plan.of_any_kind()
    }

    /// Things that may be noted, and naps: a run with more of them has no end.
    pub(crate) fn notes_at_most(&self) -> usize {
        100_000 + 20 * self.plan.of_any_kind()
    }

    /// Ticks that may pass without anybody's fault: an event loop's timers are rounded to the next tick.
    #[must_use]
    pub fn rounding(&self) -> Ticks {
        Ticks::from(self.event_loop)
    }
}

/// What the timers of a program on the judge's clock go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timers {
    /// It is the kit's runtime, whose clock stands still unless the judge moves it: see `judge::subject::one_clock`.
    Held,
    /// It is the student's own, which sleeps by naps alone: see [`crate::subject::Bed`].
    Napped,
    /// The main thread is no event loop: whoever awaits does so on a thread that may block, and timers go by real time as sleeps do.
    Real,
}

/// What it takes a patient scenario to see time limits run out.
const LIMITS_RUN_OUT: Duration = Duration::from_secs(30);

/// One call of the student's function.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Call {
    /// Calls of one lane follow each other; lanes run side by side, each on a thread of its own, lane 0 on the main one.
    pub lane: u32,
    /// What is called.
    pub request: Request,
}

/// What each call of the supplied work costs and how it ends, by kind and key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Plan {
    planned: BTreeMap<(u16, u64), Planned>,
    slowdown: Option<Ticks>,
    accesses: Option<Accesses>,
    cores: BTreeMap<u16, NonZeroUsize>,
}

/// Slow memory: each access of the block is a call of supplied work first, which takes a tick.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Accesses {
    kind: u16,
    /// Of each.
    planned: Planned,
    /// A run with more of them has no end.
    at_most: usize,
    /// The first worker process that makes so many ends there.
    last: Option<usize>,
}

/// One call of the supplied work.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Planned {
    /// How long it takes.
    pub ticks: Ticks,
    /// It ends no earlier than at this tick.
    pub not_before: Ticks,
    /// The time limit of what its thread does next, where that has one: real time.
    pub limit: Option<Duration>,
    /// It may end while the time limit of a step still runs, once so much of it has gone by.
    pub within: Option<Duration>,
    /// How it ends.
    pub then: Then,
}

impl Planned {
    /// A call that takes so long and ends so, whenever it is made.
    #[must_use]
    pub fn new(ticks: Ticks, then: Then) -> Self {
        Self { ticks, not_before: 0, limit: None, within: None, then }
    }
}

/// How a call of the supplied work ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Then {
    /// It returns a number that only the judge knows, different for each kind and key.
    ReturnSecret,
    /// It returns this.
    Return(Payload),
    /// It panics with this message.
    Panic(String),
    /// It ends the worker process that it runs in.
    Die(Death),
    /// It is a driver's question, and the driver is told to wake this other one for nothing; `None`: a thread that the program has made.
    Nudge(Option<u16>),
}

impl Plan {
    /// Plans a call that takes `ticks` and returns a secret.
    pub fn secret(&mut self, kind: u16, key: u64, ticks: Ticks) {
        self.set(kind, key, Planned::new(ticks, Then::ReturnSecret));
    }

    /// Plans a call.
    pub fn set(&mut self, kind: u16, key: u64, planned: Planned) {
        self.planned.insert((kind, key), planned);
    }

    /// Makes a call end otherwise. What it costs stays; a call that was not planned costs nothing.
    pub fn end(&mut self, kind: u16, key: u64, then: Then) {
        let ticks = self.get(kind, key).map_or(0, |planned| planned.ticks);
        self.set(kind, key, Planned::new(ticks, then));
    }

    /// Makes the thread that works the first input this many times slower than the others: a program that has dealt its
    /// inputs out beforehand, in whatever way, waits for that thread; one that has not gives it less to do.
    pub fn slow_down_one_thread(&mut self, times: Ticks) {
        self.slowdown = Some(times);
    }

    /// Makes each call of this kind, whatever its key, an access of the block that the processes share: it takes a tick and returns
    /// nothing. What happens at the same tick happens in some order, and between two accesses anything may happen. A run with more than
    /// `at_most` of them is over: something is looked at again and again.
    pub fn slow_memory(&mut self, kind: u16, at_most: usize) {
        let planned = Planned::new(1, Then::Return(Payload::default()));
        self.accesses = Some(Accesses { kind, planned, at_most, last: None });
    }

    /// The first worker process that asks for its access with this number, from 1, is killed before it makes it.
    ///
    /// # Panics
    /// Where memory is not slow: a mistake of whoever wrote the plan.
    pub fn kill_at_access(&mut self, number: usize) {
        self.accesses.as_mut().expect("memory is slow").last = Some(number);
    }

    /// Whether calls of this kind are accesses of the block.
    #[must_use]
    pub fn is_access(&self, kind: u16) -> bool {
        self.accesses.as_ref().is_some_and(|accesses| accesses.kind == kind)
    }

    /// How many accesses there may be.
    pub(crate) fn accesses_at_most(&self) -> usize {
        self.accesses.as_ref().map_or(0, |accesses| accesses.at_most)
    }

    /// The access that a worker process does not outlive.
    pub(crate) fn last_access(&self) -> Option<usize> {
        self.accesses.as_ref()?.last
    }

    /// Gives the works of this kind so many cores: each begins to count when one of them is free, first come, first served (by key
    /// within a tick), and keeps it to its end. Other kinds need none.
    ///
    /// # Panics
    /// Where `number` is 0: nothing would ever end.
    pub fn cores(&mut self, kind: u16, number: usize) {
        let number = NonZeroUsize::new(number).expect("works that need a core have one");
        self.cores.insert(kind, number);
    }

    /// How many cores there are, of each kind that needs one.
    pub(crate) fn all_cores(&self) -> &BTreeMap<u16, NonZeroUsize> {
        &self.cores
    }

    /// How many times slower thread 0 is.
    pub(crate) fn slowdown(&self) -> Ticks {
        self.slowdown.unwrap_or(1)
    }

    /// The plan for a kind and key; `None` where the student's code invented the call.
    #[must_use]
    pub fn get(&self, kind: u16, key: u64) -> Option<&Planned> {
        let access = || self.accesses.as_ref().filter(|accesses| accesses.kind == kind);
        self.planned.get(&(kind, key)).or_else(|| Some(&access()?.planned))
    }

    /// How long each planned call takes: kind, key and ticks.
    pub(crate) fn lengths(&self) -> Vec<(u16, u64, Ticks)> {
        self.planned.iter().map(|(&(kind, key), planned)| (kind, key, planned.ticks)).collect()
    }

    /// How many calls are planned.
    pub(crate) fn of_any_kind(&self) -> usize {
        self.planned.len()
    }

    /// Whether no work is planned: there is none to supply.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.planned.is_empty()
    }

    /// Everything planned of a kind, by key.
    pub fn of_kind(&self, kind: u16) -> impl Iterator<Item = (u64, &Planned)> {
        self.planned.range((kind, 0)..=(kind, u64::MAX)).map(|((_, key), planned)| (*key, planned))
    }
}

/// What one thread may use on bytes that travel between processes, with nothing to say meanwhile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Freight {
    /// CPU time.
    pub cpu: Duration,
    /// Turns on a CPU that it did not end by sleeping: whoever writes into a pipe wakes its reader, and may have to make room for it.
    pub turns: u64,
}

impl Freight {
    /// A microsecond for each byte: `write!("{byte} ")`, unoptimised, takes a third of that on today's machines.
    fn of(messages: u64, bytes: u64) -> Self {
        Self { cpu: Duration::from_micros(bytes), turns: bytes / 1_024 + 4 * messages }
    }
}

/// When a run is given up. CPU time is the subject's own; the wall clock only ever ends a run without a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limits {
    /// CPU time that a thread may use without a message while nothing is in flight.
    pub cpu: Duration,
    /// CPU time that the whole run may use.
    pub total: Duration,
    /// The same while work is in flight: whoever burns it waits for that work without sleeping.
    pub spin: Duration,
    /// Turns on a CPU that prove the same where a thread yields them all.
    pub turns: u64,
    /// What a thread may use beside these, where many bytes travel between processes.
    pub freight: Freight,
    /// CPU time that a thread which is known to spin gets to notice a message before the clock moves on.
    pub grace: Duration,
    /// How long a thread must be seen in one and the same timed wait before it counts as asleep: the contract's 100 ms,
    /// or more where a scenario says that its work takes long.
    pub patience: Duration,
    /// How many pollers in a row may pass a thing on before the clock moves: each round of looks that this takes is waited for.
    pub relays: usize,
    /// Real time that the whole run may take for pauses of the program beyond what is fair.
    pub pauses: Duration,
    /// Bytes that may be kept of what is said in the whole run: see [`crate::bounds`].
    pub words: usize,
    /// Real time without a message and without a proof, after which the run is inconclusive.
    pub wall: Duration,
}

impl Limits {
    /// For a program that is known to spin: that each further thread does takes less to prove.
    #[must_use]
    pub fn once_proven(self) -> Self {
        let freight = Freight { cpu: self.freight.cpu / 20, turns: self.freight.turns / 20 };
        Self { spin: self.spin / 20, turns: self.turns / 20, freight, ..self }
    }

    /// For a program that polls, or can't be seen to sleep, where its run went wrong: more pollers in a row than anybody writes have
    /// their time.
    #[must_use]
    pub fn with_relays(self) -> Self {
        Self { relays: 4, ..self }
    }

    /// Whether that is so already.
    #[must_use]
    pub(crate) fn is_patient(self) -> bool {
        self == self.with_relays()
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cpu: Duration::from_secs(2),
            total: Duration::from_secs(20),
            pauses: Duration::from_secs(20),
            words: 32 << 20,
            spin: Duration::from_millis(500),
            turns: 2_000,
            freight: Freight::default(),
            grace: Duration::from_micros(250),
            patience: Duration::from_millis(120),
            relays: 1,
            wall: Duration::from_mins(3),
        }
    }
}
