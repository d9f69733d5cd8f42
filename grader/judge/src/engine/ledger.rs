//! The book that the judge keeps of a run: what is in flight, and the record that checks will read.

mod accesses;
mod one_clock;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use super::clock::{Clock, mix};
use super::steps::{Nudged, Steps};
use super::told::{ToldTimes, takes_its_time};
use crate::processes::Death;
use crate::run::{CallRecord, Excess, Look, Pause, WorkRecord};
use crate::scenario::{Scenario, Then, Ticks};
use crate::steps::Told;
use crate::wire::{Answer, Outcome, Payload, Tid, Work};
use accesses::Accesses;

pub(super) struct Ledger<'a> {
    scenario: &'a Scenario,
    clock: Clock,
    /// The subject's own clock, where it has one.
    told: ToldTimes,
    /// Makes the answers: new in every run, so that no answer can be known beforehand.
    secret: u64,
    pub(super) works: Vec<WorkRecord>,
    pub(super) calls: Vec<CallRecord>,
    /// Which calls of the student's function have been made.
    started: Vec<bool>,
    /// The threads that wait for an answer: each sleeps, or is about to and touches nothing more that others wait for.
    waiting: HashSet<Tid>,
    /// The threads that sleep on the clock: those that wake by themselves wait for an answer, too.
    napping: HashSet<Tid>,
    /// Who asked for each work.
    asked_by: Vec<Asker>,
    /// Where each work stands in `works`, by its id: they may arrive in another order than that in which they were numbered.
    ids: HashMap<u64, usize>,
    /// How many works have been put on the clock; the others arrived since the subject last came to rest.
    settled: usize,
    /// In flight, by call and kind.
    in_flight: HashMap<(usize, u16), usize>,
    ends: usize,
    /// Inputs that were worked, by call and kind: each once is all that is due.
    worked: HashSet<(usize, u16, u64)>,
    /// Calls of the work beyond that.
    surplus: usize,
    /// Of the block that the processes share.
    accesses: Accesses,
    pub(super) looks: Vec<Look>,
    /// What was only noted, and naps: no calls of the work.
    notes: usize,
    /// What was withdrawn before it was there.
    withdrawn: HashSet<u64>,
    /// Of each thread, by its process: another process may be given a number again.
    numbers: HashMap<(usize, Tid), usize>,
    steps: Steps,
    pub(super) threads: BTreeMap<usize, Option<String>>,
}

/// Whoever asked for work: no thread where it is on the subject's own clock, or is awaited.
struct Asker {
    id: u64,
    tid: Option<Tid>,
    name: Option<String>,
}

/// A call of the supplied work that ends.
pub(super) struct Release {
    pub(super) id: u64,
    /// Whose: no thread's where it is awaited.
    pub(super) tid: Option<Tid>,
    pub(super) answer: Answer,
    /// Who is to be woken for nothing.
    pub(super) nudges: Option<Nudged>,
    /// The call of the work that it answers, where that is a driver's question.
    pub(super) asks: Option<usize>,
}

/// A call of the supplied work, as the subject announced it.
pub(super) struct Arrival {
    /// Its process, as in [`WorkRecord::process`].
    pub(super) process: usize,
    pub(super) id: u64,
    pub(super) call: u32,
    pub(super) tid: Tid,
    pub(super) name: Option<String>,
    pub(super) on_caller: bool,
    pub(super) work: Work,
    /// The pause that it had to wait for, where there was one.
    pub(super) held_up: Option<Pause>,
}

impl<'a> Ledger<'a> {
    pub(super) fn new(scenario: &'a Scenario) -> Self {
        Self {
            scenario,
            clock: Clock::new(scenario.seed, scenario.plan.all_cores()),
            told: ToldTimes::nothing(scenario.calls.len()),
            secret: RandomState::new().hash_one(scenario.seed),
            works: Vec::new(),
            calls: vec![CallRecord::default(); scenario.calls.len()],
            started: vec![false; scenario.calls.len()],
            waiting: HashSet::new(),
            napping: HashSet::new(),
            asked_by: Vec::new(),
            ids: HashMap::new(),
            settled: 0,
            in_flight: HashMap::new(),
            ends: 0,
            worked: HashSet::new(),
            surplus: 0,
            accesses: Accesses::default(),
            looks: Vec::new(),
            notes: 0,
            withdrawn: HashSet::new(),
            numbers: HashMap::new(),
            steps: Steps::default(),
            threads: BTreeMap::new(),
        }
    }

    /// The drivers that do a step.
    pub(super) fn steps(&mut self) -> &mut Steps {
        &mut self.steps
    }

    /// Whether a thread sleeps until the judge answers it.
    pub(super) fn is_waiting(&self, tid: Tid) -> bool {
        self.waiting.contains(&tid)
    }

    /// Whether a thread that called the student's function is itself in a call of the supplied work. (What it awaits is on nobody's thread.)
    pub(super) fn caller_works(&self) -> bool {
        self.works.iter().any(|work| work.on_caller && work.end.is_none())
    }

    pub(super) fn nothing_in_flight(&self) -> bool {
        self.settled == self.works.len() && self.clock.is_idle()
    }

    /// How many calls of the supplied work are in flight.
    pub(super) fn in_flight(&self) -> usize {
        self.clock.in_flight()
    }

    /// Calls of the supplied work beyond one for each input, where there are far too many.
    pub(super) fn excess(&self) -> Option<Excess> {
        let (surplus, planned) = (self.surplus, self.scenario.plan.of_any_kind());
        if self.notes > self.scenario.notes_at_most() {
            return Some(Excess::Notes(self.notes));
        }
        if self.accesses.made() > self.scenario.plan.accesses_at_most() {
            return Some(Excess::Accesses(self.accesses.made()));
        }
        (surplus > self.scenario.surplus_at_most()).then_some(Excess::Calls { surplus, planned })
    }

    /// How many calls of the supplied work were made that were due.
    pub(super) fn made(&self) -> usize {
        self.works.len() - self.surplus - self.notes - self.accesses.made()
    }

    pub(super) fn all_calls_ended(&self) -> bool {
        self.calls.iter().all(|call| call.ended.is_some())
    }

    /// Whether a call of the student's function has been made and has not ended.
    pub(super) fn some_call_is_made(&self) -> bool {
        self.calls.iter().zip(&self.started).any(|(call, started)| *started && call.ended.is_none())
    }

    /// The calls that can be made now: the first of each lane that has not been made, once those before it have ended.
    pub(super) fn ready_calls(&self) -> Vec<usize> {
        let mut lanes = BTreeSet::new();
        let mut ready = Vec::new();
        for (index, call) in self.scenario.calls.iter().enumerate() {
            if self.calls[index].ended.is_none() && lanes.insert(call.lane) && !self.started[index] {
                ready.push(index);
            }
        }
        ready
    }

    pub(super) fn start_call(&mut self, index: usize) {
        self.started[index] = true;
        self.calls[index].start = self.clock.now();
    }

    /// Books a call of the supplied work. `Err` says why it can't be the kit's own message.
    pub(super) fn arrive(&mut self, arrival: Arrival) -> Result<(), String> {
        let Arrival { process, id, call, tid, name, on_caller, work, held_up } = arrival;
        if self.napping.contains(&tid) || !self.waiting.insert(tid) {
            return Err(ASKS_AGAIN.into());
        }
        self.steps.is_back(tid);
        let now = self.clock.now();
        let record = self.book(Asker { id, tid: Some(tid), name }, call, work, now)?;
        record.process = process;
        record.on_caller = on_caller;
        record.held_up = held_up;
        Ok(())
    }

    /// A process has ended: what it had in progress never ends, and was over with it.
    pub(super) fn abandon(&mut self, process: usize) {
        for index in 0..self.works.len() {
            let work = &self.works[index];
            if work.process != process || work.end.is_some() {
                continue;
            }
            if let Some(tid) = self.asked_by[index].tid {
                self.waiting.remove(&tid);
            }
            self.clock.cancel(index);
            self.end_at(index, self.clock.now());
            self.works[index].died = true;
        }
    }

    /// Books work on the subject's own clock, which is told how it ends.
    pub(super) fn begin(&mut self, id: u64, call: u32, work: Work, at: Ticks) -> Result<Answer, String> {
        if !self.scenario.event_loop {
            return Err("work on a clock of its own, where the judge's is the only one".into());
        }
        if self.settled != self.works.len() {
            return Err("work on two clocks at once".into());
        }
        self.told.hear(call as usize, at)?;
        self.book(Asker { id, tid: None, name: None }, call, work, at)?;
        let index = self.settled;
        self.settled = self.works.len();
        Ok(self.answer(index))
    }

    /// Books the end of work on the subject's own clock.
    pub(super) fn finish(&mut self, id: u64, at: Ticks) -> Result<(), String> {
        let index = self.close(id, at)?;
        takes_its_time(&self.works[index], at)?;
        self.answered(index);
        Ok(())
    }

    /// Books that the future of work on the subject's own clock was dropped.
    pub(super) fn dropped(&mut self, id: u64, at: Ticks) -> Result<(), String> {
        let index = self.close(id, at)?;
        self.works[index].dropped = true;
        Ok(())
    }

    fn close(&mut self, id: u64, at: Ticks) -> Result<usize, String> {
        let open = |&index: &usize| {
            let work = &self.works[index];
            work.end.is_none() && !work.awaited && self.asked_by[index].tid.is_none()
        };
        let Some(index) = self.ids.get(&id).copied().filter(open) else {
            return Err(format!("the end of work {id}, which is not in progress"));
        };
        self.told.hear(self.works[index].call, at)?;
        self.end_at(index, at);
        Ok(index)
    }

    /// Books a call of the supplied work.
    fn book(&mut self, asker: Asker, call: u32, work: Work, at: Ticks) -> Result<&mut WorkRecord, String> {
        let unplanned = self.scenario.plan.get(work.kind, work.key).is_none();
        if self.scenario.plan.is_access(work.kind) {
            self.accesses.count();
        } else if !self.worked.insert((call as usize, work.kind, work.key)) || unplanned {
            self.surplus += 1;
        }
        let record = self.keep(asker, call, work, at)?;
        record.unplanned = unplanned;
        Ok(record)
    }

    /// Keeps something that begins.
    fn keep(&mut self, asker: Asker, call: u32, work: Work, at: Ticks) -> Result<&mut WorkRecord, String> {
        let call = call as usize;
        if self.ids.insert(asker.id, self.works.len()).is_some() {
            return Err(format!("work number {} for the second time", asker.id));
        }
        if !self.started.get(call).is_some_and(|started| *started) {
            return Err(format!("work for call {call}, which was not made"));
        }
        self.asked_by.push(asker);
        let planned = self.scenario.plan.get(work.kind, work.key);
        let count = self.in_flight.entry((call, work.kind)).or_default();
        *count += 1;
        let record = &mut self.calls[call];
        let most = record.most_in_flight.entry(work.kind).or_default();
        *most = (*most).max(*count);
        self.works.push(WorkRecord {
            after: self.ends,
            after_end: record.ended.is_some(),
            ..WorkRecord::begun(call, work, at, planned.map_or(0, |planned| planned.ticks))
        });
        Ok(self.works.last_mut().expect("it was pushed just now"))
    }

    /// The threads that asked since the subject last came to rest, and still wait, each with its process.
    pub(super) fn new_threads(&self) -> impl Iterator<Item = (usize, Tid)> {
        let new = self.works.iter().zip(&self.asked_by).skip(self.settled);
        new.filter(|(work, _)| !work.died).filter_map(|(work, asker)| Some((work.process, asker.tid?)))
    }

    /// Puts what arrived since the subject last came to rest on the clock. It arrived at the same tick in an order that no
    /// one decided: it is taken in the order of the keys, so that two runs of one schedule read the same.
    pub(super) fn settle(&mut self) {
        let mut arrived: Vec<usize> = (self.settled..self.works.len()).collect();
        self.settled = self.works.len();
        arrived.sort_by_key(|&index| {
            (self.works[index].call, self.works[index].work.kind, self.works[index].work.key)
        });
        for index in arrived {
            let record = &mut self.works[index];
            if (record.end.is_some() && !record.died) || one_clock::is_endless(&record.work) {
                continue;
            }
            if let Asker { tid: Some(tid), name, .. } = &self.asked_by[index] {
                let next = self.numbers.len();
                record.thread = *self.numbers.entry((record.process, *tid)).or_insert(next);
                self.threads.entry(record.thread).or_insert_with(|| name.clone());
                if record.thread == 0 && record.work.kind != Work::NAP {
                    record.ticks *= self.scenario.plan.slowdown();
                }
            }
            let earliest = self.scenario.plan.get(record.work.kind, record.work.key);
            let earliest = earliest.map_or(0, |planned| planned.not_before);
            record.ticks = record.ticks.max(earliest.saturating_sub(self.clock.now()));
            if record.died {
                continue;
            }
            self.accesses.arrives(index, record, &self.scenario.plan);
            record.began = self.clock.start(index, record.ticks, record.work.kind, record.work.key);
        }
    }

    /// Books the end of a call of the student's function.
    pub(super) fn end_call(&mut self, call: u32, outcome: Outcome, at: Option<Ticks>) -> Result<(), String> {
        let index = call as usize;
        let started = self.started.get(index).is_some_and(|started| *started);
        let Some(record) = self.calls.get_mut(index).filter(|record| started && record.ended.is_none())
        else {
            return Err(format!("the end of call {call}, which was not being made"));
        };
        if at.is_some() && !self.scenario.event_loop {
            return Err("the end of a call on a clock of its own, where the judge's is the only one".into());
        }
        self.told.end(index, &outcome, at.unwrap_or(0))?;
        // A call with a clock of its own begins at its tick 0.
        record.start = if at.is_some() { 0 } else { record.start };
        record.ended = Some((at.unwrap_or(self.clock.now()), outcome));
        record.in_progress_at_end =
            self.in_flight.iter().filter(|((of, _), _)| *of == index).map(|(_, count)| count).sum();
        Ok(())
    }

    /// Moves the clock to the next call of the supplied work that is due and ends it.
    pub(super) fn release(&mut self) -> Option<Release> {
        let index = self.clock.advance()?;
        let Asker { id, tid, .. } = self.asked_by[index];
        self.goes_on(tid);
        self.end_at(index, self.clock.now());
        self.answered(index);
        let work = &self.works[index].work;
        let planned = self.scenario.plan.get(work.kind, work.key);
        let nudges = planned.and_then(|planned| self.steps.nudged(planned));
        let within_limit = planned.is_some_and(|planned| self.steps.comes_within(planned));
        self.steps.said();
        if let (Some(driver), Some(planned), Some(tid)) = (work.asked_by_driver(), planned, tid) {
            self.steps.begins(driver, tid, planned);
        }
        let asks = work.asked_by_driver().map(|_| index);
        self.works[index].within_limit = within_limit;
        Some(Release { id, tid, answer: self.answer(index), nudges, asks })
    }

    /// Whether what comes next is to come within a time limit that runs: nobody needs to wait for the end of that.
    pub(super) fn goes_on_within(&mut self) -> bool {
        self.settle();
        let next = self.clock.next().map(|index| &self.works[index].work);
        let planned = next.and_then(|work| self.scenario.plan.get(work.kind, work.key));
        planned.is_some_and(|planned| self.steps.comes_within(planned))
    }

    /// A thread waits for its answer no more.
    fn goes_on(&mut self, tid: Option<Tid>) {
        if let Some(tid) = tid {
            self.waiting.remove(&tid);
            self.napping.remove(&tid);
        }
    }

    fn end_at(&mut self, index: usize, at: Ticks) {
        let record = &mut self.works[index];
        record.end = Some(at);
        record.ended_as = Some(self.ends);
        self.ends += 1;
        if let Some(count) = self.in_flight.get_mut(&(record.call, record.work.kind)) {
            *count -= 1;
        }
    }

    /// Notes that the answer was given.
    fn answered(&mut self, index: usize) {
        let answer = self.answer(index);
        let record = &mut self.works[index];
        match answer {
            Answer::Return(payload) => record.answer = Some(payload),
            Answer::Panic(_) => record.panicked = true,
            Answer::Die(_) => record.died = true,
        }
    }

    fn answer(&self, index: usize) -> Answer {
        if self.accesses.is_the_last_of_its_process(index) {
            return Answer::Die(Death::Kill);
        }
        let Work { kind, key, .. } = self.works[index].work;
        let secret = || Payload::of([mix(self.secret ^ mix(key ^ (u64::from(kind) << 48)))]);
        match self.scenario.plan.get(kind, key).map_or(&Then::ReturnSecret, |planned| &planned.then) {
            Then::ReturnSecret => Answer::Return(secret()),
            Then::Return(payload) => Answer::Return(payload.clone()),
            Then::Panic(message) => Answer::Panic(message.clone()),
            &Then::Die(death) => Answer::Die(death),
            // Where it waits is for the moment alone, and in no record.
            &Then::Nudge(whom) => {
                Answer::Return(Told::Nudge(Some((whom.unwrap_or(Told::OWN_THREAD), 0))).payload())
            }
        }
    }
}

const ASKS_AGAIN: &str = "a thread that asks again while it waits for an answer";

#[cfg(test)]
mod tests {
    use super::super::told::FAR_OFF;
    use super::*;
    use crate::scenario::{Call, Plan};
    use crate::wire::Request;

    fn scenario(event_loop: bool) -> Scenario {
        let mut plan = Plan::default();
        plan.secret(0, 1, 10);
        let calls = vec![Call { lane: 0, request: Request { entry: 0, input: Payload::default() } }];
        Scenario { event_loop, ..Scenario::new("", calls, plan) }
    }

    /// Whether work, and then the end of the call, may be told with a tick of the subject's own.
    fn takes_ticks(event_loop: bool) -> (bool, bool) {
        let scenario = scenario(event_loop);
        let mut ledger = Ledger::new(&scenario);
        ledger.start_call(0);
        let work = Work { kind: 0, key: 1, input: Payload::default() };
        let begun = ledger.begin(0, 0, work, 0).is_ok();
        (begun, ledger.end_call(0, Outcome::Returned(Payload::default()), Some(3)).is_ok())
    }

    #[test]
    fn a_tick_out_of_reach_is_forged() {
        let scenario = scenario(true);
        let mut ledger = Ledger::new(&scenario);
        ledger.start_call(0);
        let work = Work { kind: 0, key: 1, input: Payload::default() };
        assert!(ledger.begin(0, 0, work.clone(), FAR_OFF).is_err());
        assert!(ledger.begin(1, 0, work, FAR_OFF - 1).is_ok());
        assert!(ledger.finish(1, Ticks::MAX).is_err());
        assert!(ledger.end_call(0, Outcome::Returned(Payload::default()), Some(Ticks::MAX)).is_err());
    }

    #[test]
    fn work_on_a_clock_of_its_own_takes_its_time_and_its_call_waits_for_it() {
        let scenario = scenario(true);
        let returned = || Outcome::Returned(Payload::default());
        // When it begins and ends, and when the call does.
        let plausible = |start, end, of_call| {
            let mut ledger = Ledger::new(&scenario);
            ledger.start_call(0);
            let work = Work { kind: 0, key: 1, input: Payload::default() };
            ledger.begin(0, 0, work, start)?;
            ledger.finish(0, end)?;
            ledger.end_call(0, returned(), of_call)
        };
        assert_eq!(plausible(5, 15, Some(15)), Ok(()));
        // Nobody polled it for a while.
        assert_eq!(plausible(5, 40, Some(41)), Ok(()));
        for (start, end, of_call) in [(5, 14, Some(15)), (5, 3, Some(15)), (5, 15, Some(14)), (5, 15, None)] {
            assert!(plausible(start, end, of_call).is_err(), "{start} {end} {of_call:?}");
        }
    }

    #[test]
    fn a_clock_of_its_own_is_taken_from_an_event_loop_alone() {
        assert_eq!(takes_ticks(true), (true, true));
        // A forged message could claim any speedup.
        assert_eq!(takes_ticks(false), (false, false));
    }
}
