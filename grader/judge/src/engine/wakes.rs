//! Whether a thread that was answered wakes: one that asks the judge sleeps until it is answered, and runs when it is. A message in the
//! name of a thread that does something else is forged, whatever it says.
//!
//! The proof is that thread's own sleep, as the system tells it, before its answer and after: where it is not to be seen nothing is said.
//! Some threads of each run are looked at, and nobody can know which: to look at all of them would cost as much as the rest.

use std::collections::BTreeMap;

use super::watch::{Doing, Event, Seen, Watch};
use crate::wire::Tid;

/// Threads of a run that are looked at. Where there are no more of them it is all.
const LOOKED_AT: usize = 8;

/// Answers of a run after which nobody is looked at any more.
const ANSWERS: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Wakes {
    /// Whether each thread that was answered is looked at.
    chosen: BTreeMap<Tid, bool>,
    looked_at: usize,
    answers: usize,
    /// How often a thread had run when it was last answered; it has not been seen to run since.
    asleep: BTreeMap<Tid, u64>,
}

impl Wakes {
    /// It is being answered: it sleeps, or is about to, and waits for nothing else.
    pub(super) fn answered(&mut self, tid: Tid, watch: &mut dyn Watch) -> Result<(), String> {
        if !self.is_chosen(tid) {
            return Ok(());
        }
        self.answers += 1;
        match watch.sleep(tid) {
            Some(Seen { doing: Doing::WaitsForEvent(Event::Wakeup), turns, .. }) => {
                self.asleep.insert(tid, turns);
                Ok(())
            }
            Some(Seen { doing, .. }) => Err(format!(
                "work in the name of a thread that does not wait for its answer: it {}",
                doing.words()
            )),
            None => Ok(()),
        }
    }

    /// It asks: it has had its last answer.
    pub(super) fn asks(&mut self, tid: Tid, watch: &mut dyn Watch) -> Result<(), String> {
        match self.asleep.remove(&tid) {
            Some(before) if watch.turns(tid) == Some(before) => Err(OVERSLEPT.into()),
            _ => Ok(()),
        }
    }

    /// Everything rests: whoever was answered has had its answer.
    pub(super) fn at_rest(&mut self, seen: &[Seen]) -> Result<(), String> {
        let asleep = std::mem::take(&mut self.asleep);
        // One that is known to spin counts as at rest, awake, also before its first turn.
        let sleeps_on =
            |thread: &Seen| thread.doing != Doing::Runs && asleep.get(&thread.tid) == Some(&thread.turns);
        if seen.iter().any(sleeps_on) { Err(OVERSLEPT.into()) } else { Ok(()) }
    }

    /// By chance, so that about [`LOOKED_AT`] of the threads are.
    fn is_chosen(&mut self, tid: Tid) -> bool {
        if self.answers >= ANSWERS {
            return false;
        }
        let (so_far, looked_at) = (self.chosen.len(), &mut self.looked_at);
        *self.chosen.entry(tid).or_insert_with(|| {
            let chosen = fastrand::usize(..so_far.max(LOOKED_AT)) < LOOKED_AT;
            *looked_at += usize::from(chosen);
            chosen
        })
    }
}

const OVERSLEPT: &str = "work in the name of a thread that sleeps on when it is answered";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::io;
    use std::time::Duration;

    use super::super::watch::{Look, Timer, Usage};
    use super::*;

    /// One thread, which sleeps like this.
    struct One(Option<Seen>);

    impl Watch for One {
        fn look(&mut self, _: &dyn Fn(Tid) -> bool, _: &BTreeSet<Tid>, _: bool) -> io::Result<Look> {
            Ok(Look::Asleep(self.0.iter().cloned().collect()))
        }

        fn cpu(&mut self) -> io::Result<Duration> {
            Ok(Duration::ZERO)
        }

        fn usage(&mut self, _: &dyn Fn(Tid) -> bool) -> Vec<(Tid, Usage)> {
            Vec::new()
        }

        fn main(&self) -> Tid {
            1
        }

        fn has(&mut self, _: Tid) -> bool {
            true
        }

        fn finds(&mut self, _: Tid) -> bool {
            true
        }

        fn name(&mut self, _: Tid) -> Option<String> {
            None
        }

        fn sleep(&mut self, _: Tid) -> Option<Seen> {
            self.0.clone()
        }

        fn turns(&mut self, _: Tid) -> Option<u64> {
            self.0.as_ref().map(|seen| seen.turns)
        }
    }

    fn sleeps(turns: u64) -> Seen {
        Seen { tid: 7, turns, doing: Doing::WaitsForEvent(Event::Wakeup) }
    }

    #[test]
    fn who_is_answered_runs_before_it_asks_again() {
        let mut wakes = Wakes::default();
        assert_eq!(wakes.answered(7, &mut One(Some(sleeps(3)))), Ok(()));
        assert_eq!(wakes.asks(7, &mut One(Some(sleeps(4)))), Ok(()));
        assert_eq!(wakes.answered(7, &mut One(Some(sleeps(4)))), Ok(()));
        assert!(wakes.asks(7, &mut One(Some(sleeps(4)))).is_err());
    }

    #[test]
    fn who_is_answered_has_run_when_all_are_at_rest() {
        for (turns, runs) in [(4, true), (3, false)] {
            let mut wakes = Wakes::default();
            assert_eq!(wakes.answered(7, &mut One(Some(sleeps(3)))), Ok(()));
            assert_eq!(wakes.at_rest(&[sleeps(turns)]).is_ok(), runs);
        }
    }

    #[test]
    fn who_spins_is_awake_before_its_first_turn() {
        let mut wakes = Wakes::default();
        assert_eq!(wakes.answered(7, &mut One(Some(sleeps(3)))), Ok(()));
        assert_eq!(wakes.at_rest(&[Seen { doing: Doing::Runs, ..sleeps(3) }]), Ok(()));
    }

    #[test]
    fn who_asks_waits_for_nothing_else() {
        let nap = Seen { doing: Doing::WaitsForTime(Timer::Sleep), ..sleeps(3) };
        assert!(Wakes::default().answered(7, &mut One(Some(nap))).is_err());
        // It runs, or can't be seen: nothing is proven.
        let mut wakes = Wakes::default();
        assert_eq!(wakes.answered(7, &mut One(None)), Ok(()));
        assert_eq!(wakes.asks(7, &mut One(Some(sleeps(3)))), Ok(()));
    }

    #[test]
    fn few_of_many_threads_are_looked_at_and_all_of_few() {
        let mut wakes = Wakes::default();
        assert!((0..8).all(|tid| wakes.is_chosen(tid)));
        assert!((8..2_000).filter(|&tid| wakes.is_chosen(tid)).count() < 200);
    }
}
