//! One clock for the judge and for an event loop on the main thread: moved at rest, to whatever is due next anywhere.
//!
//! A runtime of the kit's is *held* ([`Timers::Held`]): its own clock stands still. At rest the judge knows what is due next on its own
//! clock, and, from the time limit with which the loop waits, when the loop's next timer is. It moves both clocks to the earlier of
//! the two, and what is due there happens from the next rest on: first all timers of that tick, then the work of that tick, one by
//! one. Timers far away are come to in steps: a runtime looks no further ahead. Where the limit can't be seen the clocks move to what is
//! due on the judge's, and timers before that fire then.
//!
//! A loop of the student's own sleeps by naps ([`Timers::Napped`]): work like any other, whose length the program says.

use super::{Error, MAIN, Session};
use crate::engine::watch::{Doing, Event, Seen};
use crate::run::End;
use crate::scenario::{Ticks, Timers};
use crate::wire::{Tid, ToJudge, ToSubject};

/// How often the clock may move with nothing but timers and naps ahead, and nothing that is said about it: nothing comes of those.
const IN_VAIN: u32 = 2_000;

/// The same with work in flight: nobody waits for that with so many looks at a clock.
const MEANWHILE: u32 = 20_000;

/// Threads that the kit has at most beside the reader and the lanes, and beside one for each call.
const OWN: usize = 4;

#[derive(Debug, Default)]
pub(super) struct OneClock {
    /// How often the clock was moved, or a nap ended, since anything was said but that a thread naps.
    moves: u32,
    /// The kit's own threads.
    own: Vec<Tid>,
}

impl OneClock {
    pub(super) fn hears(&mut self, message: &ToJudge) {
        if !matches!(message, ToJudge::Nap { .. } | ToJudge::Parks(_)) {
            self.moves = 0;
        }
    }
}

impl Session<'_> {
    pub(super) fn hear_on_one_clock(&mut self, message: ToJudge) -> Result<(), String> {
        match message {
            ToJudge::Ask { id, call, work } => self.ledger.ask(id, call, work),
            ToJudge::Note { id, call, work } => self.ledger.note(id, call, work),
            ToJudge::Nap { id, call, tid, on_caller, until } => {
                self.asks(MAIN, tid)?;
                self.ledger.nap((id, call), (tid, on_caller), until)
            }
            ToJudge::Withdraw { id } => self.ledger.withdraw(id),
            ToJudge::Own { tid } if self.one_clock.own.len() < self.own_at_most() => {
                self.one_clock.own.push(tid);
                Ok(())
            }
            _ => Err("more threads of the kit's own than it has".into()),
        }
    }

    /// How many threads of its own the kit may have: none where the program has no clock of the judge's.
    fn own_at_most(&self) -> usize {
        if self.scenario.one_clock.is_some() { OWN + self.scenario.calls.len() } else { 0 }
    }

    /// Whether it is a thread of the kit's, whose wait is not the student's business.
    pub(super) fn is_own(&self, tid: Tid) -> bool {
        self.waits.is_reader(tid) || self.one_clock.own.contains(&tid)
    }

    /// Whether something is in flight that is waited for though all calls have ended: what a call has left behind shows.
    pub(super) fn something_lingers(&self) -> bool {
        self.scenario.one_clock.is_some() && !self.ledger.nothing_in_flight()
    }

    /// Moves all clocks on to the next thing that is due, unless that is now. True where they were moved.
    pub(super) fn moved_all_clocks(&mut self, seen: &[Seen]) -> bool {
        if self.scenario.one_clock != Some(Timers::Held) {
            return false;
        }
        let now = self.ledger.now();
        let timer = seen.iter().find_map(|thread| match thread.doing {
            Doing::WaitsForEvent(Event::Held(ms)) if thread.tid == self.main => {
                Some(now.saturating_add(Ticks::from(ms)))
            }
            _ => None,
        });
        let next = [timer, self.ledger.next_due()].into_iter().flatten().min();
        let Some(next) = next.filter(|next| *next > now) else { return false };
        self.one_clock.moves += 1;
        self.ledger.move_to(next);
        self.send(&ToSubject::Advance { by: next - now });
        self.pauses.acted();
        self.progress();
        true
    }

    /// Something ends that is due now: tells the program what time it is, where it goes by that.
    pub(super) fn tell_the_time_since(&mut self, before: Ticks) {
        if self.scenario.one_clock.is_none() {
            return;
        }
        self.one_clock.moves += 1;
        let by = self.ledger.now() - before;
        if by > 0 {
            self.send(&ToSubject::Advance { by });
        }
    }

    /// Whether the clock was moved so often, and nothing came of it, that nothing will.
    pub(super) fn moves_in_vain(&self) -> bool {
        let moves = self.one_clock.moves;
        moves > MEANWHILE || (moves > IN_VAIN && self.ledger.only_naps())
    }

    pub(super) fn polls_in_vain(&mut self, seen: &[Seen]) -> Result<End, Error> {
        let main = seen.iter().find(|thread| thread.tid == self.main).cloned();
        let main = main.unwrap_or(Seen { tid: self.main, turns: 0, doing: Doing::Unseen });
        self.explained(&[main], End::PollsForever)
    }
}
