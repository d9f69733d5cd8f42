//! Places are used: whoever can start does.

use super::{Limit, Places, Policy};
use crate::run::{Run, WorkRecord};
use crate::scenario::{Scenario, Ticks};
use crate::suite::Finding;
use crate::words::{count, list, tick};

/// Whoever waits for a place has it as soon as its group and the whole have one free. (That there are never more in flight is
/// [`super::WithinPlaces`].) Each input may wait so for the rounding in all. A pass says nothing of who of those that wait comes first.
pub struct UsesPlaces {
    /// The places.
    pub places: Places,
    /// The inputs, by key, and from when on each can start.
    pub ready: Vec<(u64, Ready)>,
}

/// From when on an input can start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    /// From this tick on.
    At(Ticks),
    /// So long after the end of the input with this key.
    After(u64, Ticks),
}

/// An input that waits although there is a place for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idle {
    /// Its key.
    pub key: u64,
    /// When that began.
    pub from: Ticks,
    /// Until when it was so without a break.
    pub to: Ticks,
    /// Who took places meanwhile, by key.
    pub taken: Vec<u64>,
    /// Who else waited meanwhile, by key.
    pub waiting: Vec<u64>,
}

impl UsesPlaces {
    /// From when to when an input waits; `None` where it never can start.
    fn waits(&self, run: &Run, key: u64, ready: Ready) -> Option<(Ticks, Ticks)> {
        let of_key = |key: u64| self.works(run).find(|work| work.work.key == key);
        let from = match ready {
            Ready::At(tick) => tick,
            Ready::After(before, pause) => of_key(before)?.end? + pause,
        };
        let (end, _) = run.calls.first()?.ended.as_ref()?;
        Some((from, of_key(key).map_or(*end, |work| work.start)))
    }

    fn works<'a>(&self, run: &'a Run) -> impl Iterator<Item = &'a WorkRecord> {
        let kind = self.places.kind;
        run.works.iter().filter(move |work| work.work.kind == kind)
    }

    /// The first input that never started, as far as it could start at all.
    #[must_use]
    pub fn left_out(&self, run: &Run) -> Option<u64> {
        let started = |key: u64| self.works(run).any(|work| work.work.key == key);
        let could = |ready: Ready| match ready {
            Ready::At(_) => true,
            Ready::After(before, _) => started(before),
        };
        self.ready.iter().find(|&&(key, ready)| could(ready) && !started(key)).map(|(key, _)| *key)
    }

    /// The first input that waits for longer than the rounding although there is a place for it.
    #[must_use]
    pub fn idle(&self, rounding: Ticks, run: &Run) -> Option<Idle> {
        let works = self.places.takers(run);
        let waits: Vec<(u64, Ticks, Ticks)> = self
            .ready
            .iter()
            .filter_map(|&(key, ready)| self.waits(run, key, ready).map(|(from, to)| (key, from, to)))
            .collect();
        let spans: Vec<_> =
            Places::spans(&works, waits.iter().flat_map(|&(_, from, to)| [from, to])).collect();
        let idles = waits.iter().filter_map(|&(key, waits_from, waits_to)| {
            let group = self.places.group_of(key);
            let within = spans.iter().filter(|(from, to)| waits_from <= *from && *to <= waits_to);
            let free = within.filter_map(|&(from, to)| {
                let taken = Places::taken(&works, from, to);
                let of_group = taken.iter().filter(|&&key| self.places.group_of(key) == group).count();
                let is_free =
                    taken.len() < self.places.total.at_most && of_group < self.places.of_group.at_most;
                is_free.then_some((from, to, taken))
            });
            let free: Vec<_> = free.collect();
            let long = free.iter().map(|(from, to, _)| to - from).sum::<Ticks>() > rounding;
            let (from, mut to, taken) = free.first().filter(|_| long)?.clone();
            for &(next, until, _) in &free[1..] {
                if next == to {
                    to = until;
                }
            }
            let others = waits.iter().filter(|other| other.0 != key && other.1 <= from && from < other.2);
            Some(Idle { key, from, to, taken, waiting: others.map(|other| other.0).collect() })
        });
        idles.min_by_key(|idle| (idle.from, idle.key))
    }

    /// The expected and the observed part of a finding. A limit that holds nobody back is not named.
    #[must_use]
    pub fn words(&self, idle: &Idle, input: &str) -> (String, String) {
        let Places { noun, total, of_group, group: a_group, groups, .. } = &self.places;
        let group = self.places.group_of(idle.key);
        let alike = groups.values().filter(|other| Some(other.as_str()) == group).count();
        let named = |what: &str, limit: &Limit| format!("{what} (`{}` {})", limit.argument, limit.at_most);
        let of_its = (of_group.at_most < alike).then(|| named(&format!("its {a_group}"), of_group));
        let of_all = (total.at_most < groups.len()).then(|| named("the whole", total));
        let (of_its, of_all) = if of_its.is_none() && of_all.is_none() {
            (None, Some(named("the whole", total)))
        } else {
            (of_its, of_all)
        };
        let have = if of_its.is_some() && of_all.is_some() { "have" } else { "has" };
        let to_group = group.filter(|_| of_its.is_some()).map_or_else(String::new, |group| {
            let taken = idle.taken.iter().filter(|&&key| self.places.group_of(key) == Some(group)).count();
            let taken = if taken == 0 { "none".to_owned() } else { taken.to_string() };
            format!(", {taken} of them to {group}")
        });
        let in_flight = if idle.taken.is_empty() {
            format!("no {noun} in flight")
        } else {
            format!("{} in flight{to_group}", count(idle.taken.len(), noun))
        };
        (
            format!(
                "{input} starts as soon as {} {have} a place free",
                list(of_its.into_iter().chain(of_all))
            ),
            format!("from {} to {} it waits with {in_flight}", tick(idle.from), tick(idle.to)),
        )
    }
}

/// That an input never started: there is nothing to be late.
#[must_use]
pub fn never_started(input: &str) -> Finding {
    Finding::fail(
        format!("{input} starts"),
        "it never did",
        "it is left out: it was given up before its turn, or the call ended before",
        "see the checks on results first",
    )
}

impl Policy for UsesPlaces {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let input = |key| format!("{} {}", self.places.noun, super::results::index(key));
        if let Some(key) = self.left_out(run) {
            return Err(never_started(&input(key)));
        }
        let Some(idle) = self.idle(scenario.rounding(), run) else { return Ok(()) };
        let (expected, observed) = self.words(&idle, &input(idle.key));
        Err(Finding::fail(
            expected,
            observed,
            "a place that becomes free stays empty: work goes in batches, or the next start waits for something else than a place",
            "let each wait for its own place, and hold it by a permit to its end",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::super::places::tests::{places, run, scenario};
    use super::*;

    fn uses(total: usize, of_group: usize, ready: &[(u64, Ready)]) -> UsesPlaces {
        UsesPlaces { places: places(total, of_group), ready: ready.to_vec() }
    }

    const AT_ONCE: Ready = Ready::At(0);

    #[test]
    fn batches_leave_places_empty() {
        let all = [(0, AT_ONCE), (1, AT_ONCE), (2, AT_ONCE)];
        let passed_on = run(&[(0, 0, 10), (1, 0, 50), (2, 10, 20)]);
        assert_eq!(uses(2, 2, &all).idle(1, &passed_on), None);
        let batches = run(&[(0, 0, 10), (1, 0, 50), (2, 50, 60)]);
        // Five keys are of a group: a limit of five to each holds nobody back, and is not named.
        let uses = uses(2, 5, &all);
        let idle = uses.idle(1, &batches).unwrap();
        assert_eq!((idle.key, idle.from, idle.to, &idle.taken[..]), (2, 10, 50, &[1][..]));
        let said = uses.judge(&scenario(), &batches).unwrap_err();
        assert_eq!(said.expected, "request 2 starts as soon as the whole (`total` 2) has a place free");
        assert_eq!(said.observed, "from tick 10 to tick 50 it waits with 1 request in flight");
    }

    #[test]
    fn whoever_waits_for_its_group_is_passed_by() {
        let all = [(0, AT_ONCE), (2, AT_ONCE), (1, AT_ONCE)];
        let passed = run(&[(0, 0, 50), (1, 0, 10), (2, 50, 60)]);
        assert_eq!(uses(2, 1, &all).idle(1, &passed), None);
        let held_up = run(&[(0, 0, 50), (2, 50, 60), (1, 50, 60)]);
        let uses = uses(2, 1, &all);
        let idle = uses.idle(1, &held_up).unwrap();
        assert_eq!(idle.waiting, [2]);
        let (expected, observed) = uses.words(&idle, "URL 1");
        let both = "its host (`per_host` 1) and the whole (`total` 2) have a place free";
        assert_eq!(expected, format!("URL 1 starts as soon as {both}"));
        assert_eq!(observed, "from tick 0 to tick 50 it waits with 1 request in flight, none of them to odd");
    }

    #[test]
    fn who_never_starts_is_not_in_time() {
        let all = [(0, AT_ONCE), (2, Ready::After(0, 40)), (4, Ready::After(2, 80))];
        assert_eq!(uses(1, 1, &all).left_out(&run(&[])), Some(0));
        assert_eq!(uses(1, 1, &all).left_out(&run(&[(0, 0, 10)])), Some(2));
        let nothing = uses(1, 1, &all).judge(&scenario(), &run(&[])).unwrap_err();
        assert_eq!(nothing.observed, "it never did");
    }

    #[test]
    fn nobody_is_late_before_the_pause_is_over_nor_by_the_rounding() {
        let again = [(0, AT_ONCE), (2, Ready::After(0, 40))];
        assert_eq!(uses(1, 1, &again).idle(1, &run(&[(0, 0, 10), (2, 51, 60)])), None);
        let late = uses(1, 1, &again).idle(1, &run(&[(0, 0, 10), (2, 60, 70)])).unwrap();
        assert_eq!((late.from, late.to), (50, 60));
        // Late in steps that are short each.
        let in_steps = run(&[(1, 0, 1), (3, 1, 2), (5, 2, 3), (0, 3, 9)]);
        assert!(uses(2, 2, &[(0, AT_ONCE)]).idle(1, &in_steps).is_some());
    }
}
