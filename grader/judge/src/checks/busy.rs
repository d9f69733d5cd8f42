//! Places that are free are used while work is waiting.

use super::Policy;
use crate::run::{Run, WorkRecord};
use crate::scenario::{Scenario, Ticks};
use crate::suite::Finding;
use crate::words::{count, thousands};

/// While inputs wait to be started, exactly `limit` are in flight, at every moment of virtual time (on an event loop spans of
/// one tick, which rounding makes, are left out). A pass does not prove that there are never more: see
/// [`super::MostInFlight`].
pub struct KeepsBusy {
    /// The supplied function.
    pub kind: u16,
    /// How many are to be in flight, for each call; the last one stands for further calls.
    pub limit: Vec<usize>,
    /// Moments in which work of this kind is in progress do not count: nothing is promised of them.
    pub unless: Option<u16>,
    /// What an input is called.
    pub noun: &'static str,
}

impl Policy for KeepsBusy {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        (0..run.calls.len()).try_for_each(|call| {
            let limit = self.limit.get(call).or(self.limit.last()).copied().unwrap_or(1);
            let planned = super::results::keys_of(self.kind, scenario, call).count();
            let of =
                |kind: u16| run.works.iter().filter(move |work| work.call == call && work.work.kind == kind);
            let works: Vec<&WorkRecord> = of(self.kind).collect();
            let excused: Vec<&WorkRecord> = self.unless.map(|kind| of(kind).collect()).unwrap_or_default();
            let mut moments: Vec<Ticks> = vec![run.calls[call].start];
            moments
                .extend(works.iter().chain(&excused).flat_map(|work| [Some(work.start), work.end]).flatten());
            moments.sort_unstable();
            moments.dedup();
            for span in moments.windows(2) {
                let (from, to) = (span[0], span[1]);
                let spans = |work: &&&WorkRecord| work.start <= from && work.end.is_none_or(|end| end >= to);
                let started = works.iter().filter(|work| work.start <= from).count();
                let in_flight = works.iter().filter(spans).count();
                let waiting = planned.saturating_sub(started);
                if to - from <= scenario.rounding()
                    || waiting == 0
                    || in_flight >= limit
                    || excused.iter().any(|work| spans(&work))
                {
                    continue;
                }
                return Err(self.finding(limit, from, in_flight, waiting, &works));
            }
            Ok(())
        })
    }
}

impl KeepsBusy {
    fn finding(
        &self,
        limit: usize,
        from: Ticks,
        in_flight: usize,
        waiting: usize,
        works: &[&WorkRecord],
    ) -> Finding {
        let noun = self.noun;
        let most = works
            .iter()
            .map(|work| {
                works.iter().filter(|other| other.start <= work.start && other.end > Some(work.start)).count()
            })
            .max();
        let (cause, hint) = match most {
            Some(most) if most <= 1 && limit > 1 => (
                "they run one after the other: each is waited for before the next starts, or a lock is held meanwhile",
                "start as many as the limit allows, and wait for whichever ends first",
            ),
            Some(most) if most < limit => (
                "fewer run together than the limit allows",
                "start as many as the limit allows, and wait for whichever ends first",
            ),
            _ => (
                "a place that becomes free stays empty: work goes in batches, in fixed lanes, or waits for the oldest to end",
                "start the next one as soon as any one ends (a semaphore, a shared queue, `buffered` by completion)",
            ),
        };
        Finding::fail(
            format!("{limit} in flight while a {noun} is waiting"),
            format!(
                "from tick {} on {} in flight, with {} waiting",
                thousands(from),
                count(in_flight, noun),
                count(waiting, noun)
            ),
            cause,
            hint,
        )
    }
}
