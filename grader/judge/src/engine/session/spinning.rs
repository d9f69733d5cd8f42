//! Threads that run and say nothing: how long that is let pass, and when it is known to be busy-waiting or an endless loop.

use std::collections::BTreeMap;
use std::io;

use super::{LONGEST_PAUSE, Session, Step, running};
use crate::engine::Error;
use crate::engine::watch::Seen;
use crate::run::End;
use crate::wire::Tid;

impl Session<'_> {
    /// Some thread runs. Whoever used up the CPU budget with nothing to say is known to spin: with work in flight the clock
    /// moves on without it, so that what else is right still shows; with nothing in flight it is over.
    pub(super) fn busy(&mut self) -> Step {
        // Most programs come to rest at once.
        if self.pause < LONGEST_PAUSE {
            return Ok(self.not_yet());
        }
        if let Some(end) = self.budget.outgrows(&self.ledger.calls, &mut *self.watch) {
            return Ok(Some(end));
        }
        let limits = self.scenario.limits;
        let idle = self.ledger.nothing_in_flight();
        let in_flight = if self.spins.proven.is_empty() { limits } else { limits.once_proven() };
        let (cpu, turns) =
            if idle { (limits.cpu, limits.turns * 4) } else { (in_flight.spin, in_flight.turns) };
        let freight = if idle { limits.freight } else { in_flight.freight };
        let (cpu, turns) = (cpu + freight.cpu, turns + freight.turns);
        let (ledger, peers) = (&self.ledger, &self.peers);
        let exempt = |tid| ledger.is_waiting(tid) || peers.reader_rests(tid);
        let mut over = self.spins.over(&mut *self.watch, &exempt, cpu, turns);
        let overspends = self.budget.used(&mut *self.watch) > limits.total;
        if over.is_empty() && overspends {
            over = self.spins.active(&mut *self.watch, &exempt);
        }
        if overspends || (idle && !over.is_empty()) {
            let over: Vec<Seen> = over.into_iter().map(running).collect();
            return self
                .explained(&over, if overspends { End::Overspends } else { End::CpuBudget })
                .map(Some);
        }
        for tid in over {
            if self.spins.proven.insert(tid) {
                let stuck = self.stuck(&running(tid), None);
                self.waiting.spinning.push(stuck);
            }
        }
        Ok(self.not_yet())
    }

    pub(super) fn had_grace(&mut self) -> Result<bool, Error> {
        let (ledger, peers) = (&self.ledger, &self.peers);
        let exempt = |tid| ledger.is_waiting(tid) || peers.reader_rests(tid);
        let (grace, takes_long) = (self.scenario.limits.grace, self.pause == LONGEST_PAUSE);
        match self.spins.had_grace(&mut *self.watch, &exempt, grace, takes_long) {
            // It ended just now: the channel will tell.
            Err(error) if error.kind() != io::ErrorKind::PermissionDenied => Ok(false),
            had => had.map_err(Error::Watch),
        }
    }

    /// Whether those that sleep between looks burn CPU time meanwhile, with nothing to say.
    pub(super) fn look_for_burning(&mut self, seen: &[Seen]) {
        let pollers: BTreeMap<Tid, u64> =
            self.waits.pollers(seen).map(|thread| (thread.tid, thread.turns)).collect();
        if pollers.is_empty() {
            return;
        }
        let usage = self.watch.usage(&|tid| !pollers.contains_key(&tid));
        for tid in self.burning.proven(&pollers, usage, self.scenario) {
            if self.spins.proven.insert(tid) {
                let stuck = self.stuck(&running(tid), None);
                self.waiting.spinning.push(stuck);
            }
        }
    }
}
