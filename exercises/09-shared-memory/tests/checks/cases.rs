//! Calls of `tally_in_processes`, and what is judged of them.

use judge::checks::{CALL_KEYS, InWorkers, PanicsNaming, WaitsAsleep};
use judge::processes::Death;
use judge::scenario::{Call, Plan, Planned, Scenario, Then, Ticks};
use judge::suite::Case;
use judge::wire::{Payload, Request};

use super::super::shared::{ACCESS, Asked, GOOD, NO_PROGRAM, PANICS, START, WORK};
use super::asked::{CallsNoCommand, NothingLeft, Outcome, Panics, PanicsIfOneDied};
use super::block::AllIn;
use super::crew::{CrewOf, CrewsMakespan};
use super::deaths::OthersAreIn;
use super::going::SharedAsItGoes;
use super::workers::{KeepsToItsSlots, Lives, TakenOnce, WorkersReturn};

/// How long the start of a worker process takes, unless a case says otherwise.
const START_TICKS: Ticks = 5;

/// How many accesses of slow memory there may be for each item and worker, and at least for each call: a loop that tries until it
/// succeeds takes some for each worker, one that waits for what never comes takes any number.
const ACCESSES: usize = 64;

/// The slots that are the student's, unless a case says otherwise: as few as the contract promises.
const OWN_SLOTS: usize = 64;

/// One or more calls, and what becomes of their items.
#[derive(Clone)]
pub(crate) struct Calls {
    label: String,
    sheets: Vec<Sheet>,
    plan: Plan,
    start: Ticks,
    /// How many ticks an access of the block takes a worker, and the parent.
    access: [Ticks; 2],
    seed: u64,
    /// The access that the first worker to get there does not outlive.
    last: Option<usize>,
    /// Whether workers tell that they have returned.
    tells: bool,
}

/// One call: what it was made with, and where its tallies are.
#[derive(Clone)]
pub(super) struct Sheet {
    lane: u32,
    pub(super) workers: usize,
    pub(super) items: usize,
    /// The tallies that there are, and those that the items belong to, in turn.
    pub(super) tallies: usize,
    used: Vec<usize>,
    /// Its first slot of the block.
    pub(super) first: usize,
    commands: [u64; 2],
}

impl Sheet {
    /// The tally that an item belongs to.
    pub(super) fn tally(&self, item: usize) -> usize {
        self.used[item % self.used.len()]
    }

    pub(super) fn has_good_commands(&self) -> bool {
        self.commands[0] == GOOD
    }

    pub(super) fn slots(&self) -> usize {
        self.tallies + OWN_SLOTS
    }
}

/// What the commands are like.
#[derive(Clone, Copy)]
pub(crate) enum Commands {
    /// The call of `command` with this number, from 1, panics.
    PanicsAt(u64),
    /// The command of that call names a program that does not exist.
    NoProgramAt(u64),
}

/// One call with items that take so long.
pub(crate) fn tally(label: &str, workers: usize, ticks: &[Ticks]) -> Calls {
    calls(label, &[(0, workers, ticks)])
}

/// One call with so many items of 10 ticks each.
pub(crate) fn even(label: &str, workers: usize, items: usize) -> Calls {
    tally(label, workers, &vec![10; items])
}

/// How long items take of which the first few are very long: whoever takes several at a time gets more of them than one.
pub(crate) fn long_first(long: usize, items: usize) -> Vec<Ticks> {
    (0..items).map(|item| if item < long { 1_000 } else { 2 }).collect()
}

/// Several calls, each `(lane, workers, ticks of each item)`, with one tally.
pub(crate) fn calls(label: &str, calls: &[(u32, usize, &[Ticks])]) -> Calls {
    let mut plan = Plan::default();
    let sheets = (0..).zip(calls).map(|(call, &(lane, workers, ticks))| {
        for (item, &ticks) in (0..).zip(ticks) {
            plan.secret(WORK, call * CALL_KEYS + item, ticks);
        }
        Sheet { lane, workers, items: ticks.len(), tallies: 1, used: vec![0], first: 0, commands: [GOOD, 0] }
    });
    let sheets = sheets.collect();
    let (label, start, access) = (label.to_owned(), START_TICKS, [0, 0]);
    Calls { label, sheets, plan, start, access, seed: 0, last: None, tells: false }
}

impl Calls {
    /// With so many tallies in each call, of which the items belong to these in turn.
    pub(crate) fn tallies(mut self, tallies: usize, used: &[usize]) -> Self {
        for call in &mut self.sheets {
            (call.tallies, call.used) = (tallies, used.to_vec());
        }
        self
    }

    /// With memory of which each access takes a tick.
    pub(crate) fn slow(self) -> Self {
        Self { access: [1, 1], ..self }
    }

    /// The same, with a parent that takes longer for each access than a worker takes to start.
    pub(crate) fn slow_for_the_parent(self) -> Self {
        Self { access: [1, 4 * START_TICKS], ..self }
    }

    /// With another order of what happens at the same tick.
    pub(crate) fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The first call's item with this number ends its worker so.
    pub(crate) fn dies(mut self, item: u64, death: Death) -> Self {
        self.plan.end(WORK, item, Then::Die(death));
        self
    }

    /// The work of that item panics.
    pub(crate) fn panics(mut self, item: u64) -> Self {
        self.plan.end(WORK, item, Then::Panic(format!("item {item} is bad")));
        self
    }

    /// The first worker that gets to its access of the block with this number, from 1, is killed there. Memory is slow.
    pub(crate) fn killed_at_access(self, number: usize) -> Self {
        Self { last: Some(number), ..self.slow() }
    }

    /// The amount of that item is this.
    pub(crate) fn amount(mut self, item: u64, amount: u64) -> Self {
        self.plan.end(WORK, item, Then::Return(Payload::of([amount])));
        self
    }

    /// The first call's commands are like this.
    pub(crate) fn but(mut self, commands: Commands) -> Self {
        self.sheets[0].commands = match commands {
            Commands::PanicsAt(at) => [PANICS, at],
            Commands::NoProgramAt(at) => [NO_PROGRAM, at],
        };
        self
    }

    /// The start of a worker process takes so long.
    pub(crate) fn start_of(self, ticks: Ticks) -> Self {
        Self { start: ticks, ..self }
    }

    /// One worker is ten times slower.
    pub(crate) fn one_slower(mut self) -> Self {
        self.plan.slow_down_one_thread(10);
        self
    }

    /// The scenario, and what each call was made with.
    fn played(mut self) -> (Scenario, Vec<Sheet>) {
        let mut first = 0;
        let mut made = Vec::new();
        for (number, call) in (0..).zip(&mut self.sheets) {
            call.first = first;
            first += call.slots();
            let [first, slots] = [call.first, call.slots()].map(|count| count as u64);
            let [of_workers, of_the_parent] = self.access;
            let tallies = (0..call.items).map(|item| call.tally(item) as u64);
            let head = [first, slots, of_workers, number * CALL_KEYS, u64::from(self.tells)];
            let told = head.into_iter().chain(tallies);
            self.plan.set(START, number, Planned::new(self.start, Then::Return(Payload::of(told))));
            let [tallies, items, workers] =
                [call.tallies, call.items, call.workers].map(|count| count as u64);
            let [like, at] = call.commands;
            let asked: Asked = [number, first, slots, of_the_parent, tallies, items, workers, like, at];
            let request = Request { entry: 0, input: Payload::of(asked) };
            made.push(Call { lane: call.lane, request });
        }
        if self.access != [0, 0] {
            let accesses = self.sheets.iter().map(|call| ACCESSES * (call.items * call.workers).max(1));
            self.plan.slow_memory(ACCESS, accesses.sum());
        }
        if let Some(last) = self.last {
            self.plan.kill_at_access(last);
        }
        let scenario = Scenario::new(&self.label, made, self.plan).with_block(first);
        (Scenario { seed: self.seed, ..scenario }, self.sheets)
    }
}

/// In worker processes, and in the block at the end.
pub(crate) fn in_workers(calls: Calls) -> Case {
    let (scenario, calls) = calls.played();
    Case::of(scenario)
        .and(Lives)
        .and(TakenOnce)
        .and(InWorkers { kind: WORK, function: "work" })
        .and(AllIn(calls))
}

/// Every item worked once.
pub(crate) fn each_once(calls: Calls) -> Case {
    Case::of(calls.played().0).and(Lives).and(TakenOnce)
}

/// Where there are no items: `command` is not called.
pub(crate) fn starts_nothing(calls: Calls) -> Case {
    let (scenario, calls) = calls.but(Commands::PanicsAt(1)).played();
    Case::of(scenario).and(CallsNoCommand).and(AllIn(calls))
}

/// Every amount in its tally at the end.
pub(crate) fn all_in(calls: Calls) -> Case {
    let (scenario, calls) = calls.played();
    Case::of(scenario).and(Lives).and(AllIn(calls))
}

/// The same, with few slots for many workers, all of which are started.
pub(crate) fn in_few_slots(calls: Calls) -> Case {
    let (scenario, calls) = calls.played();
    Case::of(scenario).and(KeepsToItsSlots).and(CrewOf(calls.clone())).and(AllIn(calls))
}

/// Within the bound, with no more processes than are needed.
pub(crate) fn in_time(calls: Calls) -> Case {
    let (scenario, calls) = calls.played();
    Case::of(scenario).and(Lives).and(CrewsMakespan(calls))
}

/// As many processes as there may be, and no more; within the bound.
pub(crate) fn as_many_processes(calls: Calls) -> Case {
    let (scenario, calls) = calls.played();
    Case::of(scenario).and(Lives).and(CrewOf(calls.clone())).and(CrewsMakespan(calls))
}

/// In the block before its process goes on, at every rest.
pub(crate) fn as_it_goes(calls: Calls) -> Case {
    let (scenario, calls) = calls.played();
    Case::of(scenario).and(Lives).and(SharedAsItGoes(calls))
}

/// No process left.
pub(crate) fn nothing_left(calls: Calls) -> Case {
    Case::of(calls.played().0).and(Outcome).and(NothingLeft)
}

/// The same, and each worker's process has ended since `worker` had returned.
pub(crate) fn workers_return(calls: Calls) -> Case {
    let (scenario, _) = Calls { tells: true, ..calls }.played();
    Case::of(scenario).and(Outcome).and(NothingLeft).and(WorkersReturn)
}

/// A worker dies: the others work what is left, the call panics, and nothing is left.
pub(crate) fn survives(calls: Calls) -> Case {
    let (scenario, calls) = calls.played();
    Case::of(scenario)
        .and(OthersAreIn(calls.clone()))
        .and(PanicsIfOneDied)
        .and(NothingLeft)
        .and(CrewOf(calls))
}

/// A panic, and no process left: so no work is in progress either.
pub(crate) fn cleans_up(calls: Calls) -> Case {
    Case::of(calls.played().0).and(Panics).and(NothingLeft)
}

/// The same, once those that could be started have worked everything.
pub(crate) fn works_what_is_left(calls: Calls) -> Case {
    let (scenario, calls) = calls.played();
    Case::of(scenario).and(OthersAreIn(calls)).and(Panics).and(NothingLeft)
}

/// A panic that names the argument.
pub(crate) fn refuses(calls: Calls) -> Case {
    Case::of(calls.played().0).and(PanicsNaming { argument: "workers" })
}

/// No busy-waiting, no fixed sleeps.
pub(crate) fn asleep(calls: Calls) -> Case {
    Case::of(calls.played().0).and(Outcome).and(WaitsAsleep)
}

/// Several calls, each right.
pub(crate) fn several(calls: Calls) -> Case {
    let (scenario, calls) = calls.played();
    Case::of(scenario).and(Lives).and(TakenOnce).and(AllIn(calls.clone())).and(CrewsMakespan(calls))
}
