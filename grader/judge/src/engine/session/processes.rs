//! Worker processes of the subject: how they come and go, whose a thread is, and what is left of them.

use std::ops::ControlFlow;

use super::{MAIN, Session, Step};
use crate::engine::Error;
use crate::engine::block::{Block, Held};
use crate::engine::watch::{Relative, Seen};
use crate::run::{End, Left, Process};
use crate::wire::Tid;

impl Session<'_> {
    /// A worker came through the door. The system may say which process it is.
    pub(super) fn comes(&mut self, of: usize, process: Option<u32>) -> Option<End> {
        if let Some(process) = process {
            self.meet(of, process);
        }
        self.progress();
        let too_many = self.peers.is_one_too_many(of);
        too_many.then(|| End::Forged("channels without end of one process".into()))
    }

    /// This is the process, as the system says, or where it does not, as it says itself.
    pub(super) fn meet(&mut self, of: usize, process: u32) {
        if !self.peers.is_met(of) {
            let own = self.watch.joins(process);
            self.peers.meet(of, own);
        }
    }

    /// A worker has ended, and with it whatever it had in progress.
    pub(super) fn leaves(&mut self, of: usize) {
        self.ledger.abandon(of);
        self.progress();
    }

    /// Everything rests. Whoever waits is not looked at, so it has to be there, and in the process that it says. A list may be out of
    /// date even where its length is right: only one that is made while all are at rest proves anything: where it was not, all have to be looked at again.
    pub(super) fn look_for_strangers(&mut self) -> ControlFlow<Option<End>> {
        let forged = |why: &str| ControlFlow::Break(Some(End::Forged(why.into())));
        let readers = self.peers.new_readers();
        let of_another = |&(of, tid): &(usize, Tid)| {
            let (own, process) = (self.peers.own(of), self.watch.process_of(tid));
            own.is_some() && process.is_some() && own != process
        };
        if self.ledger.new_threads().any(|asker| of_another(&asker)) {
            return forged("work from a thread of another process");
        }
        // From here on it is not looked at as long as it has nothing to hand over.
        if readers.iter().any(of_another) {
            return forged("a channel that a thread of another process reads");
        }
        match self.ledger.new_threads().find(|&(_, tid)| !self.watch.has(tid)) {
            None => ControlFlow::Continue(()),
            Some((_, missing)) if self.watch.finds(missing) => ControlFlow::Break(None),
            Some(_) => forged("work from a thread that does not exist"),
        }
    }

    /// The processes beside the main one, as everything rests.
    pub(super) fn relatives(&mut self) -> Vec<Left> {
        let relatives = self.watch.relatives();
        let left =
            |&Relative { process, zombie }: &Relative| Left { worker: self.peers.worker(process), zombie };
        relatives.iter().map(left).collect()
    }

    /// The processes to ask about these threads, the main one first; all of them, where there are no threads to be seen.
    pub(super) fn processes_of(&self, threads: &[Seen]) -> Vec<usize> {
        let seen: Vec<Tid> = threads.iter().filter_map(|thread| self.watch.process_of(thread.tid)).collect();
        let concerned = |&of: &usize| {
            of == MAIN || threads.is_empty() || self.peers.own(of).is_some_and(|own| seen.contains(&own))
        };
        self.peers.alive().into_iter().filter(concerned).collect()
    }

    /// What the processes share, as all of them rest. (What changes all the same is not kept: where threads can't be seen, somebody may
    /// run.)
    pub(super) fn look_at_the_block(&mut self) -> Step {
        match self.block.as_ref().map(Block::read).transpose().map_err(Error::Watch)? {
            Some(Held::Slots(slots)) => self.ledger.look(slots),
            Some(Held::Cut) => return Ok(Some(End::Forged("a block of memory that was cut".into()))),
            Some(Held::Changing) | None => {}
        }
        Ok(None)
    }

    /// Which process a thread is of, where it is not the main one; and whether it is its process's main thread.
    pub(super) fn process_of(&self, tid: Tid) -> (Option<Process>, bool) {
        let of = self.watch.process_of(tid).filter(|of| *of != self.main);
        let process = of.map(|of| self.peers.worker(of).map_or(Process::Other, Process::Worker));
        (process, tid == of.unwrap_or(self.main))
    }
}
