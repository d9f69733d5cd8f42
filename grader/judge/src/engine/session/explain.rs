//! Asks the subject where its threads stand: only once a verdict is certain, or in passing where nothing can hang on it.

use std::time::{Duration, Instant};

use super::{Error, LONGEST_PAUSE, Session};
use crate::bounds;
use crate::engine::link::Received;
use crate::engine::watch::{Doing, Seen};
use crate::run::{End, Stuck};
use crate::wire::{Stack, ToJudge, ToSubject};

/// How long the subject has to say where its threads stand.
const EXPLAIN_WITHIN: Duration = Duration::from_secs(3);

impl Session<'_> {
    /// Ends the run with threads that do not go on, each with its place where the subject can say it.
    pub(super) fn explained(
        &mut self,
        threads: &[Seen],
        end: impl FnOnce(Vec<Stuck>) -> End,
    ) -> Result<End, Error> {
        self.decided = true;
        self.explain(threads).map(end)
    }

    pub(super) fn explain(&mut self, threads: &[Seen]) -> Result<Vec<Stuck>, Error> {
        let before = self.budget.used(&mut *self.watch);
        self.send(&ToSubject::Explain);
        let stacks = self.await_stacks()?;
        if !threads.iter().any(|thread| thread.doing == Doing::Runs) {
            self.budget.excuse_since(before, &mut *self.watch);
        }
        // The reader's wait is the kit's own affair.
        let student = threads.iter().filter(|thread| !self.is_own(thread.tid));
        let student = student.cloned().collect::<Vec<_>>();
        let stack_of = |thread: &Seen| stacks.iter().find(|stack| stack.tid == thread.tid);
        Ok(student.iter().map(|thread| self.stuck(thread, stack_of(thread))).collect())
    }

    /// Whatever the subject can say of its threads, where they can't be looked at.
    pub(super) fn explain_all(&mut self) -> Result<Vec<Stuck>, Error> {
        self.decided = true;
        self.send(&ToSubject::Explain);
        let stacks = self.await_stacks()?;
        let student = stacks.into_iter().filter(|stack| !self.is_own(stack.tid));
        let unseen = |stack: Stack| Stuck {
            thread: stack.name.unwrap_or_else(|| "unnamed thread".to_owned()),
            wait: Doing::Unseen.words().to_owned(),
            place: stack.place,
            callee: stack.callee,
        };
        Ok(student.map(unseen).collect())
    }

    fn await_stacks(&mut self) -> Result<Vec<Stack>, Error> {
        self.launcher.prepare_to_tell();
        let asked = Instant::now();
        while asked.elapsed() < EXPLAIN_WITHIN {
            match self.link.receive().map_err(Error::Watch)? {
                Received::Message(message @ ToJudge::Stacks(_)) if bounds::check(&message).is_err() => break,
                Received::Message(ToJudge::Stacks(stacks)) => return Ok(stacks),
                // To ask is to wake: whoever waits is interrupted, and may find then what it was never told. It is too late, and no part
                // of the run.
                Received::Message(_) if self.decided => {}
                // The program goes on where it was asked for its places in passing.
                Received::Message(message) => {
                    self.cut_short = self.book(message)?;
                    if self.cut_short.is_some() {
                        break;
                    }
                }
                Received::Nothing => {
                    self.link.wait(LONGEST_PAUSE);
                    self.link.look_again();
                }
                Received::Closed | Received::Malformed(_) | Received::Deaf => break,
            }
        }
        Ok(Vec::new())
    }

    pub(super) fn stuck(&mut self, thread: &Seen, stack: Option<&Stack>) -> Stuck {
        let named = stack.and_then(|stack| stack.name.clone());
        let thread_name = if thread.tid == self.main {
            "main".to_owned()
        } else {
            // An unnamed thread bears the name of the one that made it: that says nothing. It can say itself that it has none.
            let program = self.watch.name(self.main);
            let own = self.watch.name(thread.tid).filter(|name| Some(name) != program.as_ref());
            let name = if stack.is_some() { named } else { own };
            name.unwrap_or_else(|| "unnamed thread".to_owned())
        };
        Stuck {
            thread: thread_name,
            wait: thread.doing.words().to_owned(),
            place: stack.and_then(|stack| stack.place.clone()),
            callee: stack.and_then(|stack| stack.callee.clone()),
        }
    }
}
