//! Asks the subject where its threads stand: only once a verdict is certain, or in passing where nothing can hang on it.

use std::time::{Duration, Instant};

use super::{Error, LONGEST_PAUSE, Session};
use crate::bounds;
use crate::engine::peers::{MAIN, Said};
use crate::engine::watch::{Doing, Seen};
use crate::run::{End, Process, Stuck};
use crate::wire::{Stack, ToJudge, ToSubject};

/// How long the subject has to say where its threads stand.
const EXPLAIN_WITHIN: Duration = Duration::from_secs(3);

/// Processes that are asked: each reads in its own debug information for that.
const ASKED_AT_MOST: usize = 8;

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
        let stacks = self.stacks(threads)?;
        if !threads.iter().any(|thread| thread.doing == Doing::Runs) {
            self.budget.excuse_since(before, &mut *self.watch);
        }
        // The reader's wait is the kit's own affair.
        let student = threads.iter().filter(|thread| !self.is_own(thread.tid));
        let student = student.cloned().collect::<Vec<_>>();
        let stack_of =
            |thread: &Seen| stacks.iter().map(|(_, stack)| stack).find(|stack| stack.tid == thread.tid);
        Ok(student.iter().map(|thread| self.stuck(thread, stack_of(thread))).collect())
    }

    /// Whatever the subject can say of its threads, where they can't be looked at.
    pub(super) fn explain_all(&mut self) -> Result<Vec<Stuck>, Error> {
        self.decided = true;
        let stacks = self.stacks(&[])?;
        let student = stacks.into_iter().filter(|(_, stack)| !self.is_own(stack.tid));
        let unseen = |(of, stack): (usize, Stack)| Stuck {
            process: (of != MAIN).then_some(Process::Worker(of)),
            thread: stack.name.unwrap_or_else(|| "unnamed thread".to_owned()),
            wait: Doing::Unseen.words().to_owned(),
            place: stack.place,
            callee: stack.callee,
        };
        Ok(student.map(unseen).collect())
    }

    /// Where the threads of each process stand that has any of these; of every process's, where there are none of these.
    fn stacks(&mut self, threads: &[Seen]) -> Result<Vec<(usize, Stack)>, Error> {
        self.launcher.prepare_to_tell();
        let mut stacks = Vec::new();
        for of in self.processes_of(threads).into_iter().take(ASKED_AT_MOST) {
            self.peers.send_to(of, &ToSubject::Explain);
            stacks.extend(self.await_stacks(of)?.into_iter().map(|stack| (of, stack)));
        }
        Ok(stacks)
    }

    fn await_stacks(&mut self, asked: usize) -> Result<Vec<Stack>, Error> {
        let since = Instant::now();
        while since.elapsed() < EXPLAIN_WITHIN {
            let end = match self.peers.receive().map_err(Error::Watch)? {
                Said::Message(of, message @ ToJudge::Stacks(_)) if of == asked => match message {
                    _ if bounds::check(&message).is_err() => break,
                    ToJudge::Stacks(stacks) => return Ok(stacks),
                    _ => None,
                },
                // To ask is to wake: whoever waits is interrupted, and may find then what it was never told. It is too late, and no part
                // of the run.
                Said::Message(..) | Said::Came(..) | Said::Gone(1..) if self.decided => None,
                // The program goes on where it was asked for its places in passing.
                Said::Message(of, message) => self.book(of, message)?,
                Said::Came(of, process) => {
                    self.comes(of, process);
                    None
                }
                Said::Gone(of @ 1..) => {
                    self.leaves(of);
                    None
                }
                Said::Nothing => {
                    self.peers.wait(LONGEST_PAUSE);
                    self.peers.look_again();
                    None
                }
                Said::Gone(MAIN) | Said::Malformed(_) | Said::Deaf | Said::Stranger | Said::TooMany(_) => {
                    break;
                }
            };
            if end.is_some() {
                self.cut_short = end;
                break;
            }
            if !self.peers.alive().contains(&asked) {
                break;
            }
        }
        Ok(Vec::new())
    }

    pub(super) fn stuck(&mut self, thread: &Seen, stack: Option<&Stack>) -> Stuck {
        let named = stack.and_then(|stack| stack.name.clone());
        let (process, is_main) = self.process_of(thread.tid);
        let thread_name = if is_main {
            "main".to_owned()
        } else {
            // An unnamed thread bears the name of the one that made it: that says nothing. It can say itself that it has none.
            let program = self.watch.name(self.main);
            let own = self.watch.name(thread.tid).filter(|name| Some(name) != program.as_ref());
            let name = if stack.is_some() { named } else { own };
            name.unwrap_or_else(|| "unnamed thread".to_owned())
        };
        Stuck {
            process,
            thread: thread_name,
            wait: thread.doing.words().to_owned(),
            place: stack.and_then(|stack| stack.place.clone()),
            callee: stack.and_then(|stack| stack.callee.clone()),
        }
    }
}
