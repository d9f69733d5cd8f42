//! What the subject says, as it comes in: whether it can be the kit's, whether it is too much, and whether it ends the run. What it
//! means is told by the session.

use std::io;
use std::time::{Duration, Instant};

use super::{Session, Step};
use crate::bounds;
use crate::engine::Error;
use crate::engine::peers::{MAIN, Said, may_say};
use crate::run::{End, Excess, Exit};
use crate::wire::ToJudge;

/// How long a process that can't be seen any more may keep its end of the channel open: some systems close it a moment later.
const GONE_AT_MOST: Duration = Duration::from_secs(10);

pub(super) enum Heard {
    Something,
    Nothing,
    End(End),
}

impl Session<'_> {
    /// The process has ended, as far as can be seen. Its end of the channel is about to be closed, then, and it is told by how it
    /// ended.
    pub(super) fn gone(&mut self) -> Result<(), Error> {
        let at_most = GONE_AT_MOST.min(self.scenario.limits.wall);
        if self.gone_since.get_or_insert_with(Instant::now).elapsed() > at_most {
            let why = "it can't be seen any more, and has not ended";
            return Err(Error::Watch(io::Error::new(io::ErrorKind::NotFound, why)));
        }
        self.wait_a_little();
        Ok(())
    }

    pub(super) fn receive_all(&mut self) -> Result<Heard, Error> {
        let mut heard = Heard::Nothing;
        loop {
            let end = match self.peers.receive().map_err(Error::Watch)? {
                Said::Nothing => return Ok(heard),
                Said::Gone(MAIN) => Some(End::Exited(Exit::Unknown)),
                Said::Malformed(why) => Some(End::Forged(why.to_string())),
                Said::Deaf => Some(End::TakesNothing),
                Said::Message(of, message) => self.book(of, message)?,
                Said::Gone(of) => {
                    self.leaves(of);
                    None
                }
                Said::Came(of, process) => self.comes(of, process),
                Said::Stranger => Some(End::Forged("something at the door that is no worker".into())),
                Said::TooMany(workers) => Some(End::RunsAway(Excess::Processes(workers))),
            };
            if let Some(end) = end {
                return Ok(Heard::End(end));
            }
            heard = Heard::Something;
        }
    }

    /// Takes in what was said, if it may have been and is not too much.
    pub(super) fn book(&mut self, of: usize, message: ToJudge) -> Step {
        if !may_say(of, &message) {
            return Ok(Some(End::Forged("from a worker process, what only the main one may say".into())));
        }
        if let Err(why) = bounds::check(&message) {
            return Ok(Some(End::Forged(why)));
        }
        if let Some(end) = self.budget.keeps(&message) {
            return Ok(Some(end));
        }
        let aside = matches!(message, ToJudge::Panicking(_) | ToJudge::Stacks(_));
        let answers = matches!(message, ToJudge::Parks(_));
        self.one_clock.hears(&message);
        if let Err(why) = self.hear(of, message)? {
            return Ok(Some(End::Forged(why)));
        }
        if let Some(end) = self.far_too_much(aside).or_else(|| self.all_are_back()) {
            return Ok(Some(end));
        }
        // Whoever panics, catches that and goes on has said nothing that brings the run any further.
        if !aside && !answers {
            self.progress();
        }
        Ok(None)
    }

    /// Whether what was said, or what the saying cost, is proof that the program runs away.
    fn far_too_much(&mut self, aside: bool) -> Option<End> {
        if aside && let Some(end) = self.budget.heard_aside() {
            return Some(end);
        }
        if let Some(excess) = self.ledger.excess() {
            return Some(End::RunsAway(excess));
        }
        let looks = self.budget.heard();
        let overspends = looks && self.budget.used(&mut *self.watch) > self.scenario.limits.total;
        if overspends {
            return Some(End::Overspends(Vec::new()));
        }
        if looks { self.budget.outgrows(&self.ledger.calls, &mut *self.watch) } else { None }
    }
}
