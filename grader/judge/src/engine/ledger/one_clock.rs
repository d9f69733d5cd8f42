//! What is on the judge's clock beside the calls that threads wait for: work that is awaited and waits on no thread, naps, and what is
//! only noted.
//!
//! Invariant: none of it is taken where the scenario has no such clock for the program: a forged message can't end work early.

use super::{ASKS_AGAIN, Asker, Ledger};
use crate::run::WorkRecord;
use crate::scenario::Ticks;
use crate::wire::{Payload, Tid, Work};

/// Whether it is a nap from which nobody wakes by himself.
pub(super) fn is_endless(work: &Work) -> bool {
    work.kind == Work::NAP && work.input.numbers.is_empty()
}

impl Ledger<'_> {
    pub(in super::super) fn now(&self) -> Ticks {
        self.clock.now()
    }

    pub(in super::super) fn next_due(&self) -> Option<Ticks> {
        self.clock.next_due()
    }

    /// Moves on to a tick before which nothing is due.
    pub(in super::super) fn move_to(&mut self, at: Ticks) {
        self.clock.move_to(at);
    }

    /// Whether a thread sleeps on the clock.
    pub(in super::super) fn naps(&self, tid: Tid) -> bool {
        self.napping.contains(&tid)
    }

    /// Whether nothing is in flight but naps.
    pub(in super::super) fn only_naps(&self) -> bool {
        self.in_flight.iter().all(|((_, kind), count)| *count == 0 || *kind == Work::NAP)
    }

    /// Books work that waits on no thread.
    pub(in super::super) fn ask(&mut self, id: u64, call: u32, work: Work) -> Result<(), String> {
        self.is_the_only_clock()?;
        let now = self.clock.now();
        let record = self.book(Asker { id, tid: None, name: None }, call, work, now)?;
        record.awaited = true;
        if self.withdrawn.remove(&id) {
            self.withdraw(id)?;
        }
        Ok(())
    }

    /// Books what takes no time.
    pub(in super::super) fn note(&mut self, id: u64, call: u32, work: Work) -> Result<(), String> {
        let now = self.clock.now();
        self.keep_note(Asker { id, tid: None, name: None }, call, work)?.awaited = true;
        self.end_at(self.works.len() - 1, now);
        Ok(())
    }

    /// Books that a thread sleeps until then, or until it is woken.
    pub(in super::super) fn nap(
        &mut self,
        (id, call): (u64, u32),
        (tid, on_caller): (Tid, bool),
        until: Option<Ticks>,
    ) -> Result<(), String> {
        if self.waiting.contains(&tid) || self.napping.contains(&tid) {
            return Err(ASKS_AGAIN.into());
        }
        let ticks = until.map_or(0, |until| until.saturating_sub(self.clock.now()));
        let work = Work { kind: Work::NAP, key: 0, input: Payload::of(until) };
        let record = self.keep_note(Asker { id, tid: Some(tid), name: None }, call, work)?;
        record.on_caller = on_caller;
        record.ticks = ticks;
        self.napping.insert(tid);
        // Nobody answers one without an end: its thread is looked at like any other that waits to be woken.
        if until.is_some() {
            self.waiting.insert(tid);
        }
        if self.withdrawn.remove(&id) {
            self.withdraw(id)?;
        }
        Ok(())
    }

    /// Books that nobody waits for this any more.
    pub(in super::super) fn withdraw(&mut self, id: u64) -> Result<(), String> {
        self.is_the_only_clock()?;
        let Some(&index) = self.ids.get(&id) else {
            // Whoever wakes a thread may say so before that one has said that it sleeps.
            self.notes += 1;
            self.withdrawn.insert(id);
            return Ok(());
        };
        let WorkRecord { awaited, end, work, .. } = &self.works[index];
        if !awaited && work.kind != Work::NAP {
            return Err(format!("that nobody waits for work {id}, for which a thread waits"));
        }
        // It may have been answered just now.
        if end.is_none() {
            self.goes_on(self.asked_by[index].tid);
            self.clock.withdraw(index);
            self.end_at(index, self.clock.now());
            self.works[index].dropped = true;
        }
        Ok(())
    }

    fn keep_note(&mut self, asker: Asker, call: u32, work: Work) -> Result<&mut WorkRecord, String> {
        self.is_the_only_clock()?;
        self.notes += 1;
        let now = self.clock.now();
        self.keep(asker, call, work, now)
    }

    fn is_the_only_clock(&self) -> Result<(), String> {
        let is = self.scenario.one_clock.is_some();
        if is {
            Ok(())
        } else {
            Err("something on the judge's clock, where that is not the program's".into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Arrival;
    use super::*;
    use crate::run::Excess;
    use crate::scenario::{Call, Plan, Scenario, Timers};
    use crate::wire::Request;

    fn scenario(lengths: &[(u64, Ticks)]) -> Scenario {
        let mut plan = Plan::default();
        for &(key, ticks) in lengths {
            plan.secret(0, key, ticks);
        }
        let calls = vec![Call { lane: 0, request: Request { entry: 0, input: Payload::default() } }];
        Scenario::new("", calls, plan).on_one_clock(Timers::Napped)
    }

    fn work(key: u64) -> Work {
        Work { kind: 0, key, input: Payload::default() }
    }

    fn started(scenario: &Scenario) -> Ledger<'_> {
        let mut ledger = Ledger::new(scenario);
        ledger.start_call(0);
        ledger
    }

    #[test]
    fn what_is_awaited_ends_when_it_is_due_and_nobody_is_answered_who_has_left() {
        let scenario = scenario(&[(1, 10), (2, 5)]);
        let mut ledger = started(&scenario);
        ledger.ask(0, 0, work(1)).unwrap();
        ledger.ask(1, 0, work(2)).unwrap();
        ledger.settle();
        assert_eq!(ledger.next_due(), Some(5));
        ledger.withdraw(1).unwrap();
        let release = ledger.release().unwrap();
        assert_eq!((release.id, release.tid, ledger.now()), (0, None, 10));
        assert!(ledger.nothing_in_flight());
        let ends: Vec<_> = ledger.works.iter().map(|work| (work.end, work.dropped)).collect();
        assert_eq!(ends, [(Some(10), false), (Some(0), true)]);
        // It was answered, and its future dropped in the same moment.
        assert_eq!(ledger.withdraw(0), Ok(()));
        assert!(!ledger.works[0].dropped);
    }

    #[test]
    fn the_caller_works_while_its_own_thread_is_in_a_call_and_at_no_other_time() {
        let scenario = scenario(&[(1, 10), (2, 5)]);
        let mut ledger = started(&scenario);
        ledger.ask(0, 0, work(1)).unwrap();
        let arrival = |id, tid, on_caller, key| Arrival {
            process: 0,
            id,
            call: 0,
            tid,
            name: None,
            on_caller,
            work: work(key),
            held_up: None,
        };
        ledger.arrive(arrival(1, 8, false, 3)).unwrap();
        assert!(!ledger.caller_works());
        ledger.arrive(arrival(2, 7, true, 2)).unwrap();
        assert!(ledger.caller_works());
        ledger.settle();
        while ledger.caller_works() {
            assert!(ledger.release().is_some(), "its call comes to its end");
        }
        assert_eq!(ledger.now(), 5);
    }

    #[test]
    fn who_naps_wakes_at_the_end_or_is_woken_even_by_one_who_says_so_first() {
        let scenario = scenario(&[]);
        let mut ledger = started(&scenario);
        ledger.nap((0, 0), (7, true), Some(20)).unwrap();
        assert!(ledger.is_waiting(7) && ledger.naps(7) && ledger.only_naps());
        assert!(ledger.nap((1, 0), (7, true), None).is_err());
        ledger.settle();
        assert_eq!(ledger.release().map(|release| release.tid), Some(Some(7)));
        assert_eq!(ledger.now(), 20);
        // Without an end it is on no clock, and nobody but another thread can wake it.
        ledger.nap((2, 0), (7, true), None).unwrap();
        ledger.settle();
        assert!(ledger.nothing_in_flight() && ledger.naps(7) && !ledger.is_waiting(7));
        ledger.withdraw(2).unwrap();
        assert!(!ledger.naps(7));
        ledger.withdraw(3).unwrap();
        ledger.nap((3, 0), (7, true), Some(90)).unwrap();
        ledger.settle();
        assert!(ledger.nothing_in_flight() && !ledger.naps(7) && !ledger.is_waiting(7));
    }

    #[test]
    fn notes_take_no_time_are_no_calls_of_the_work_and_have_an_end() {
        let scenario = scenario(&[(1, 10)]);
        let mut ledger = started(&scenario);
        ledger.note(0, 0, work(1)).unwrap();
        ledger.note(1, 0, work(1)).unwrap();
        ledger.settle();
        assert!(ledger.nothing_in_flight());
        assert_eq!((ledger.made(), ledger.excess()), (0, None));
        let at_most = scenario.notes_at_most();
        (2..=at_most as u64).for_each(|id| ledger.note(id, 0, work(1)).unwrap());
        assert_eq!(ledger.excess(), Some(Excess::Notes(at_most + 1)));
    }

    #[test]
    fn what_a_thread_waits_for_is_not_withdrawn_and_no_other_clock_takes_any_of_it() {
        let scenario = scenario(&[(1, 10), (2, 10)]);
        let mut ledger = started(&scenario);
        let (name, held_up) = (None, None);
        let arrival =
            Arrival { process: 0, id: 0, call: 0, tid: 7, name, on_caller: false, work: work(1), held_up };
        ledger.arrive(arrival).unwrap();
        assert!(ledger.withdraw(0).is_err());
        ledger.ask(1, 0, work(2)).unwrap();
        assert!(ledger.finish(1, 10).is_err() && ledger.dropped(1, 10).is_err());
        let other = Scenario { one_clock: None, ..scenario.clone() };
        let mut ledger = started(&other);
        assert!(ledger.ask(0, 0, work(1)).is_err());
        assert!(ledger.note(1, 0, work(1)).is_err());
        assert!(ledger.nap((2, 0), (7, true), Some(5)).is_err());
        assert!(ledger.withdraw(3).is_err());
    }
}
