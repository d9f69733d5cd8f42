//! Places that calls of the work take: so many in all, and so many in each group of inputs.

use std::collections::{BTreeMap, BTreeSet};

use super::Policy;
use crate::run::{Run, WorkRecord};
use crate::scenario::{Scenario, Ticks};
use crate::suite::Finding;
use crate::words::{count, tick};

/// Which places there are, in a scenario with one call of the student's function.
#[derive(Debug, Clone)]
pub struct Places {
    /// The supplied function.
    pub kind: u16,
    /// What a call of it is called: `request`.
    pub noun: &'static str,
    /// How many there are in all.
    pub total: Limit,
    /// How many there are in each group.
    pub of_group: Limit,
    /// What each group is called: `host`.
    pub group: &'static str,
    /// The group of each input, by key.
    pub groups: BTreeMap<u64, String>,
}

/// A number of places.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// The name of the argument that sets it.
    pub argument: &'static str,
    /// The number.
    pub at_most: usize,
}

/// A span of time in which more places are taken than there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Over {
    /// Its first tick.
    pub from: Ticks,
    /// The tick after its last one.
    pub to: Ticks,
    /// The group, where it is the places of one.
    pub group: Option<String>,
    /// Who takes them, by key.
    pub keys: Vec<u64>,
}

impl Places {
    /// The calls that take places: those that last for no time need none.
    pub(super) fn takers<'a>(&self, run: &'a Run) -> Vec<&'a WorkRecord> {
        let lasts = |work: &&WorkRecord| work.work.kind == self.kind && work.end != Some(work.start);
        run.works.iter().filter(lasts).collect()
    }

    pub(super) fn group_of(&self, key: u64) -> Option<&str> {
        self.groups.get(&key).map(String::as_str)
    }

    /// The keys of those who take places all the time from one tick to another: what ends at a tick does not meet what starts at it.
    pub(super) fn taken(works: &[&WorkRecord], from: Ticks, to: Ticks) -> Vec<u64> {
        let covers = |work: &&&WorkRecord| work.start <= from && work.end.is_none_or(|end| end >= to);
        works.iter().filter(covers).map(|work| work.work.key).collect()
    }

    /// The spans between all starts and ends of calls, and these moments.
    pub(super) fn spans(
        works: &[&WorkRecord],
        moments: impl IntoIterator<Item = Ticks>,
    ) -> impl Iterator<Item = (Ticks, Ticks)> {
        let of_works = works.iter().flat_map(|work| [Some(work.start), work.end]).flatten();
        let all: BTreeSet<Ticks> = of_works.chain(moments).collect();
        let all: Vec<Ticks> = all.into_iter().collect();
        (1..all.len()).map(move |next| (all[next - 1], all[next]))
    }

    /// Where more places are taken than there are.
    #[must_use]
    pub fn over(&self, run: &Run) -> Option<Over> {
        let works = self.takers(run);
        Self::spans(&works, [Ticks::MAX]).find_map(|(from, to)| {
            let taken = Self::taken(&works, from, to);
            let mut groups: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
            for &key in &taken {
                if let Some(group) = self.group_of(key) {
                    groups.entry(group).or_default().push(key);
                }
            }
            let full = groups.into_iter().find(|(_, keys)| keys.len() > self.of_group.at_most);
            if taken.len() > self.total.at_most {
                return Some(Over { from, to, group: None, keys: taken });
            }
            full.map(|(group, keys)| Over { from, to, group: Some(group.to_owned()), keys })
        })
    }
}

/// Never more calls in flight than there are places, in all and in each group. Judged by half-open spans of ticks: what ends at a
/// tick is not together with what starts at it, whichever the judge heard of first. A pass proves it for the schedules that were played.
pub struct WithinPlaces(pub Places);

impl Policy for WithinPlaces {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let places = &self.0;
        let Some(over) = places.over(run) else { return Ok(()) };
        let limit = if over.group.is_some() { places.of_group } else { places.total };
        let to_whom = over.group.as_deref().map_or_else(String::new, |group| format!(" to {group}"));
        Err(Finding::fail(
            format!(
                "at most {}{to_whom} in flight (`{}`)",
                count(limit.at_most, places.noun),
                limit.argument
            ),
            format!("{} in flight together at {}", count(over.keys.len(), places.noun), tick(over.from)),
            "nothing holds them back: the limit is not looked at, or each has a semaphore of its own",
            format!(
                "one semaphore for all of them, made of `{}`, and in each future a permit with a name that lives to the end of the {}",
                limit.argument, places.noun
            ),
        ))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::run::CallRecord;
    use crate::scenario::Plan;
    use crate::wire::{Outcome, Payload, Work};

    /// A run of calls: key, start, end.
    pub(crate) fn run(calls: &[(u64, Ticks, Ticks)]) -> Run {
        let work = |&(key, start, end): &(u64, Ticks, Ticks)| WorkRecord {
            end: Some(end),
            ..WorkRecord::begun(0, Work { kind: 0, key, input: Payload::default() }, start, end - start)
        };
        let end = calls.iter().map(|call| call.2).max().unwrap_or(0);
        let ended = Some((end, Outcome::Returned(Payload::default())));
        Run {
            works: calls.iter().map(work).collect(),
            calls: vec![CallRecord { ended, ..CallRecord::default() }],
            event_loop: true,
            ..Run::of_nothing()
        }
    }

    pub(crate) fn scenario() -> Scenario {
        Scenario::new("", Vec::new(), Plan::default()).on_event_loop()
    }

    /// Even keys are of one group, odd ones of another.
    pub(crate) fn places(total: usize, of_group: usize) -> Places {
        Places {
            kind: 0,
            noun: "request",
            total: Limit { argument: "total", at_most: total },
            of_group: Limit { argument: "per_host", at_most: of_group },
            group: "host",
            groups: (0..10).map(|key| (key, ["even", "odd"][usize::from(key % 2 == 1)].to_owned())).collect(),
        }
    }

    #[test]
    fn what_ends_at_a_tick_does_not_meet_what_starts_at_it_whoever_is_heard_first() {
        let handed_on = run(&[(1, 10, 20), (0, 0, 10), (2, 20, 20), (3, 20, 30)]);
        assert_eq!(places(1, 1).over(&handed_on), None);
        let overlapping = run(&[(0, 0, 11), (1, 10, 20)]);
        assert_eq!(
            places(1, 1).over(&overlapping),
            Some(Over { from: 10, to: 11, group: None, keys: vec![0, 1] })
        );
    }

    #[test]
    fn a_group_has_places_of_its_own() {
        let run = run(&[(0, 0, 10), (1, 0, 10), (3, 5, 10)]);
        assert_eq!(places(3, 2).over(&run), None);
        let over = places(3, 1).over(&run).unwrap();
        assert_eq!((over.from, over.group.as_deref(), over.keys), (5, Some("odd"), vec![1, 3]));
        let said = WithinPlaces(places(3, 1)).judge(&scenario(), &run).unwrap_err();
        assert_eq!(said.expected, "at most 1 request to odd in flight (`per_host`)");
        assert_eq!(said.observed, "2 requests in flight together at tick 5");
    }
}
